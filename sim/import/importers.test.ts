/** The contract of all importers: what cannot be read is refused by one InputError, with its place and what mends it. */
import { unzipSync, zipSync } from 'fflate';
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError, type InputProblem } from '../model/index.ts';
import { importModel } from './index.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Sort {
  readonly name: string;
  /** What is given to the importer. */
  readonly path: string;
  /** Files beside it that belong to it. */
  readonly beside?: readonly string[];
  /** The file that is damaged, within the path where that is a folder. */
  readonly file?: string;
  /** The text of a layer's class or operator, and one of its attributes with a value nobody supports. */
  readonly unknownLayer?: (bytes: Buffer) => Buffer;
  readonly unknownAttribute?: (bytes: Buffer) => Buffer;
}

/** Exchanges bytes for as many others, so that lengths that a container states stay true. */
const exchange = (from: string, to: string) => (bytes: Buffer) => {
  const at = bytes.indexOf(from, 0, 'latin1');
  expect(at).toBeGreaterThanOrEqual(0);
  expect(to.length).toBe(from.length);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(to, 'latin1'), bytes.subarray(at + from.length)]);
};

interface KerasConfig {
  config: { layers: { class_name: string; config: Record<string, unknown> }[] };
}
type KerasLayer = KerasConfig['config']['layers'][number];

const inKeras = (change: (layer: KerasLayer) => void) => (bytes: Buffer) => {
  const files = unzipSync(bytes);
  const config = JSON.parse(new TextDecoder().decode(files['config.json'])) as KerasConfig;
  change(config.config.layers.find(({ class_name }) => class_name !== 'InputLayer')!);
  files['config.json'] = new TextEncoder().encode(JSON.stringify(config));
  return Buffer.from(zipSync(files));
};
const inJson = (change: (json: never) => void) => (bytes: Buffer) => {
  const json = JSON.parse(bytes.toString('utf8')) as never;
  change(json);
  return Buffer.from(JSON.stringify(json));
};
const otherClass = (layer: KerasLayer) => (layer.class_name = 'Unheard');
const otherActivation = (layer: KerasLayer) => (layer.config.activation = 'unheard');
const dense = ({ config }: KerasConfig) =>
  config.layers.find(({ class_name }) => class_name.endsWith('Dense'))!;

interface Design {
  layers: { op: string; hash_type?: unknown }[];
}

const HLS4ML = 'golden/hls4ml';
const SORTS: readonly Sort[] = [
  {
    name: 'Keras 3',
    path: `${HLS4ML}/conv2d_par_latency/model.keras`,
    unknownLayer: inKeras(otherClass),
    unknownAttribute: inKeras(otherActivation),
  },
  {
    name: 'QKeras',
    path: 'golden/qkeras/jet-8b-full/keras_model.keras',
    unknownLayer: inKeras(otherClass),
    unknownAttribute: inKeras(otherActivation),
  },
  {
    name: 'Keras 2, JSON',
    path: `${HLS4ML}/kerasv2_mlp/model.json`,
    beside: ['model.h5'],
    unknownLayer: inJson((json) => otherClass(dense(json))),
    unknownAttribute: inJson((json) => otherActivation(dense(json))),
  },
  { name: 'Keras 2, HDF5', path: `${HLS4ML}/kerasv2_mlp/model.json`, beside: ['model.h5'], file: 'model.h5' },
  {
    name: 'ONNX',
    path: `${HLS4ML}/onnx_cnn_par/model.onnx`,
    unknownLayer: exchange('Conv', 'Xonv'),
  },
  {
    name: 'QONNX',
    path: `${HLS4ML}/qonnx_mlp/model.onnx`,
    unknownLayer: exchange('Quant', 'Xuant'),
    unknownAttribute: exchange('ROUND', 'XOUND'),
  },
  {
    name: 'SparsePixels',
    path: 'golden/sparsepixels/jet-8b-sparse_t',
    file: 'design.json',
    unknownLayer: inJson((json: Design) => (json.layers[0].op = 'sparse_unheard')),
    unknownAttribute: inJson((json: Design) => (json.layers[0].hash_type = 'unheard')),
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

  test.runIf(sort.unknownLayer)('with a layer that nobody knows names its place', () => {
    const problem = refused(damaged(sort, sort.unknownLayer!));
    expect(problem.layer ?? problem.field).toBeDefined();
  });

  test.runIf(sort.unknownAttribute)('with an attribute that nobody knows names the field', () => {
    const problem = refused(damaged(sort, sort.unknownAttribute!));
    expect(problem.field).toBeDefined();
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
});
