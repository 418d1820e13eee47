/** The contract of all importers: what cannot be read is refused by one InputError, with its place and what mends it. */
import { unzipSync, zipSync } from 'fflate';
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError, type InputProblem } from '../model/index.ts';
import { importModel } from './index.ts';
import { type Value, withAttribute, withOperator } from './onnx/edit-model.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** One thing planted in a file, and the names that the refusal must hold. */
interface Planted {
  readonly what: string;
  readonly change: (bytes: Buffer) => Buffer;
  readonly layer: string;
  readonly field: string;
}

interface Sort {
  readonly name: string;
  /** What is given to the importer. */
  readonly path: string;
  /** Files beside it that belong to it. */
  readonly beside?: readonly string[];
  /** The file that is damaged, within the path where that is a folder. */
  readonly file?: string;
  /** A layer, an attribute and a value of an attribute that nobody supports. */
  readonly planted?: readonly Planted[];
}

interface KerasLayer {
  class_name: string;
  registered_name?: string;
  config: Record<string, unknown> & { name: string };
}
interface KerasConfig {
  config: { layers: KerasLayer[] };
}
type Edit = (bytes: Buffer, change: (json: KerasConfig) => void) => Buffer;

const inArchive: Edit = (bytes, change) => {
  const files = unzipSync(bytes);
  const text = new TextDecoder().decode(files['config.json']).replaceAll(': Infinity', ': null');
  const config = JSON.parse(text) as KerasConfig;
  change(config);
  files['config.json'] = new TextEncoder().encode(JSON.stringify(config));
  return Buffer.from(zipSync(files));
};
const inText: Edit = (bytes, change) => {
  const json = JSON.parse(bytes.toString('utf8')) as KerasConfig;
  change(json);
  return Buffer.from(JSON.stringify(json));
};
const inJson = (change: (json: never) => void) => (bytes: Buffer) => {
  const json = JSON.parse(bytes.toString('utf8')) as never;
  change(json);
  return Buffer.from(JSON.stringify(json));
};
/** Exchanges bytes for as many others, so that lengths that a container states stay true. */
const exchange = (from: string, to: string) => (bytes: Buffer) => {
  const at = bytes.indexOf(from, 0, 'latin1');
  expect(at).toBeGreaterThanOrEqual(0);
  expect(to.length).toBe(from.length);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(to, 'latin1'), bytes.subarray(at + from.length)]);
};

/** In the layer of a name: another class, a made-up field, and a field with a value that is not supported. */
function inKeras(edit: Edit, layer: string, field: string, odd: unknown, at = field): Planted[] {
  const planted = (what: string, named: string, own: (layer: KerasLayer) => void): Planted => ({
    what,
    layer,
    field: named,
    change: (bytes) =>
      edit(bytes, ({ config }) => own(config.layers.find((one) => one.config.name === layer)!)),
  });
  return [
    planted('an unknown class', 'class_name', (one) => (one.class_name = 'Unheard')),
    planted('an unknown field', 'unheard', (one) => (one.config.unheard = 1)),
    planted(`${at} = ${JSON.stringify(odd)}`, at, ({ config }) => {
      const path = field.split('.');
      const holder = path
        .slice(0, -1)
        .reduce((inner, key) => inner[key] as typeof inner, config as Record<string, unknown>);
      holder[path.at(-1)!] = odd;
    }),
  ];
}

/** In a node: another operator, a made-up attribute, and an attribute with a value that is not supported. */
function inOnnx(node: number, layer: string, operator: string, attribute: string, odd: Value): Planted[] {
  return [
    {
      what: 'an unknown operator',
      layer,
      field: 'Unheard.op_type',
      change: (bytes) => Buffer.from(withOperator(bytes, node, 'Unheard')),
    },
    {
      what: 'an unknown attribute',
      layer,
      field: `${operator}.unheard`,
      change: (bytes) => Buffer.from(withAttribute(bytes, node, 'unheard', 1)),
    },
    {
      what: `${attribute} = ${JSON.stringify(odd)}`,
      layer,
      field: `${operator}.${attribute}`,
      change: (bytes) => Buffer.from(withAttribute(bytes, node, attribute, odd)),
    },
  ];
}

interface Design {
  layers: { name: string; op: string; hash_type?: unknown; height?: number }[];
}

const HLS4ML = 'golden/hls4ml';
const SORTS: readonly Sort[] = [
  {
    name: 'Keras 3',
    path: `${HLS4ML}/conv2d_par_latency/model.keras`,
    planted: inKeras(inArchive, 'c1', 'dilation_rate', [2, 2]),
  },
  {
    name: 'Keras 3, slopes that are learned',
    path: `${HLS4ML}/act_piecewise_parallel/model.keras`,
    planted: inKeras(inArchive, 'a_prelu', 'shared_axes', [1]),
  },
  {
    name: 'QKeras',
    path: 'golden/qkeras/jet-8b-full/keras_model.keras',
    planted: [
      ...inKeras(inArchive, 'dense1', 'kernel_quantizer.config.alpha', 'auto', 'kernel_quantizer.alpha'),
      ...inKeras(inArchive, 'dense2', 'kernel_quantizer.config.unheard', 1, 'kernel_quantizer.unheard'),
    ],
  },
  {
    name: 'Keras 2, JSON',
    path: `${HLS4ML}/kerasv2_mlp/model.json`,
    beside: ['model.h5'],
    planted: inKeras(inText, 'd1', 'activation', 'unheard'),
  },
  { name: 'Keras 2, HDF5', path: `${HLS4ML}/kerasv2_mlp/model.json`, beside: ['model.h5'], file: 'model.h5' },
  ...['keras2', 'keras3'].map((version) => ({
    name: `${version}, whole model in HDF5`,
    path: `golden/imports/keras-h5/${version}_dense/model.h5`,
    planted: [
      {
        what: 'an unknown class',
        layer: 'first',
        field: 'class_name',
        change: exchange('"Dense"', '"Xense"'),
      },
      {
        what: 'an unknown field',
        layer: 'first',
        field: 'use_bxxx',
        change: exchange('"use_bias": true', '"use_bxxx": true'),
      },
      {
        what: 'an unknown activation',
        layer: 'first',
        field: 'activation',
        change: exchange('"activation": "relu"', '"activation": "rexx"'),
      },
    ],
  })),
  {
    name: 'HGQ2',
    path: 'golden/hgq2/norms/model.keras',
    planted: [
      ...inKeras(inArchive, 'einsum', 'kq_conf.config.round_mode', 'S_RND_CONV_ZERO', 'kq_conf.round_mode'),
      ...inKeras(inArchive, 'dense_norm', 'iq_conf.config.unheard', 1, 'iq_conf.unheard'),
    ],
  },
  {
    name: "SparsePixels' Keras layers",
    path: 'golden/sparsepixels-keras/mixed_pools.keras',
    planted: [
      ...inKeras(inArchive, 'conv0', 'conv_config.dilation_rate', [2, 2], 'dilation_rate'),
      ...inKeras(inArchive, 'conv1', 'conv_config.unheard', 1, 'unheard'),
      ...inKeras(inArchive, 'pool0', 'pool_config.unheard', 1, 'unheard'),
    ],
  },
  {
    name: 'ONNX',
    path: `${HLS4ML}/onnx_cnn_par/model.onnx`,
    planted: inOnnx(0, 'c0', 'Conv', 'dilations', [2, 2]),
  },
  {
    name: "PyTorch's ONNX",
    path: 'golden/imports/torch/conv1d/model.onnx',
    planted: inOnnx(0, 'node_conv1d', 'Conv', 'group', 3),
  },
  {
    name: 'QONNX',
    path: `${HLS4ML}/qonnx_mlp/model.onnx`,
    planted: ['CEIL', 'UP', 'DOWN', 'ROUND_TO_ZERO', 'HALF_UP', 'HALF_DOWN', 'unheard'].flatMap((mode) =>
      inOnnx(0, 'inq_quant', 'Quant', 'rounding_mode', mode),
    ),
  },
  {
    name: 'QCDQ',
    path: 'golden/imports/brevitas/qcdq.onnx',
    planted: inOnnx(0, '/0/act_quant/export_handler/QuantizeLinear', 'QuantizeLinear', 'block_size', 2),
  },
  {
    name: 'SparsePixels',
    path: 'golden/sparsepixels/jet-8b-sparse_t',
    file: 'design.json',
    planted: [
      {
        what: 'an unknown kernel',
        layer: 'sparse array creation',
        field: 'op',
        change: inJson((json: Design) => (json.layers[0].op = 'sparse_unheard')),
      },
      {
        what: 'an unknown type',
        layer: 'sparse array creation',
        field: 'hash_type',
        change: inJson((json: Design) => (json.layers[0].hash_type = 'unheard')),
      },
      {
        what: 'a missing image size',
        layer: 'sparse array creation',
        field: 'height',
        change: inJson((json: Design) => delete json.layers[0].height),
      },
    ],
  },
  { name: "SparsePixels' weights", path: 'golden/sparsepixels/jet-8b-sparse_t', file: 'weights.json' },
];

/** A copy with one file damaged. @returns what the importer is given */
function damaged({ path, beside = [], file }: Sort, damage: (bytes: Buffer) => Buffer): string {
  const folder = temporaryFolder().path;
  const copy = join(folder, basename(path));
  if (file && beside.length === 0) cpSync(path, copy, { recursive: true });
  else copyFileSync(path, copy);
  for (const name of beside) copyFileSync(join(dirname(path), name), join(folder, name));
  const target = file === undefined ? copy : beside.length === 0 ? join(copy, file) : join(folder, file);
  writeFileSync(target, damage(readFileSync(target)));
  return copy;
}

function refused(path: string): InputProblem {
  try {
    importModel(path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).toMatch(/^error [A-Z]{3}\d{3}: /);
    return error.problem;
  }
  throw new Error('it was imported');
}

describe.each(SORTS)('$name', (sort) => {
  test.each([0.02, 0.5, 0.98])('cut off at %f of its length names the file', (part) => {
    const path = damaged(sort, (bytes) => bytes.subarray(0, Math.floor(bytes.length * part)));
    expect(refused(path).file).toBeDefined();
  });

  test.each([
    ['nothing', ''],
    ['text', 'no model'],
    ['JSON of something else', '{"a": 1}'],
    ['a zip of nothing', Buffer.from(zipSync({})).toString('latin1')],
    ['an HDF5 signature', '\x89HDF\r\n\x1a\n'],
  ])('that holds %s names the file', (_name, text) => {
    expect(refused(damaged(sort, () => Buffer.from(text, 'latin1'))).file).toBeDefined();
  });

  test.each(sort.planted ?? [])('with $what in $layer names layer, field and mend', (planted) => {
    const problem = refused(damaged(sort, planted.change));
    expect(problem.layer ?? '').toBe(planted.layer);
    expect(problem.field).toContain(planted.field);
    expect(problem.mend).toBeTruthy();
  });
});

describe('an hls4ml project', () => {
  const FILES: Readonly<Record<string, string>> = {
    'parameters.h': 'struct config2 : nnet::dense_config {\n',
    'defines.h': 'typedef ap_fixed<16,6> input_t;\n',
    'top.cpp':
      'void top(input_t x[4], result_t y[2]) {\n    nnet::unheard<input_t, result_t, config2>(x, y); // d\n}\n',
  };

  test.each([
    ['without its top', { 'parameters.h': '' }],
    ['without its types', { 'parameters.h': '', 'top.cpp': FILES['top.cpp'] }],
    ['with empty files', { 'parameters.h': '', 'defines.h': '', 'top.cpp': '' }],
    ['with a call that nobody knows', FILES],
    [
      'that breaks off within a call',
      { ...FILES, 'top.cpp': 'void top(input_t x[4], result_t y[2]) {\n nnet::dense<input_t, res' },
    ],
  ] as const)('%s is refused with a file or a layer', (_name, files) => {
    const project = temporaryFolder().path;
    mkdirSync(join(project, 'firmware'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(project, 'firmware', name), text);
    const { file, layer } = refused(project);
    expect(file ?? layer).toBeDefined();
  });

  const DENSE: Readonly<Record<string, string>> = {
    'parameters.h': [
      'struct config2 : nnet::dense_config {',
      '    static const unsigned n_in = 4;',
      '    static const unsigned n_out = 2;',
      '    static const unsigned strategy = nnet::latency;',
      '    typedef ap_fixed<16,6> accum_t;',
      '};',
    ].join('\n'),
    'defines.h': ['input_t', 'result_t', 'w2_t', 'b2_t']
      .map((name) => `typedef ap_fixed<16,6> ${name};\n`)
      .join(''),
    'top.cpp': [
      'void top(input_t x[4], result_t y[2]) {',
      '    nnet::load_weights_from_txt<w2_t, 8>(w2, "w2.txt");',
      '    nnet::load_weights_from_txt<b2_t, 2>(b2, "b2.txt");',
      '    nnet::dense<input_t, result_t, config2>(x, y, w2, b2); // d',
      '}',
    ].join('\n'),
    'weights/w2.txt': '1,2,3,4,5,6,7,8',
    'weights/b2.txt': '1,2',
  };
  const written = (change: (text: string) => string) => {
    const project = temporaryFolder().path;
    mkdirSync(join(project, 'firmware/weights'), { recursive: true });
    for (const [name, text] of Object.entries(DENSE))
      writeFileSync(join(project, 'firmware', name), change(text));
    return project;
  };

  test('of one dense layer is read', () => {
    expect(importModel(written((text) => text)).model.layers).toHaveLength(1);
  });

  test.each([
    ['an unknown kernel', 'nnet::dense<', 'nnet::unheard<', 'unheard'],
    ['an unknown strategy', 'nnet::latency', 'nnet::unheard', 'strategy'],
    ['weights that no file gives', 'nnet::load_weights_from_txt<w2_t, 8>(w2, "w2.txt");', '', 'w2'],
    ['an undefined type', 'typedef ap_fixed<16,6> w2_t;', '', 'w2_t'],
    ['a missing number', 'static const unsigned n_in = 4;', '', 'n_in'],
  ])('with %s names layer, field and mend', (_name, from, to, field) => {
    const problem = refused(written((text) => text.replace(from, to)));
    expect(problem.layer).toBe('d');
    expect(problem.field).toContain(field);
    expect(problem.mend).toBeTruthy();
  });
});
