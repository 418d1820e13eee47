import { fracBits, parseFormat } from 'fixed-point-ts';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluators } from '../../evaluate/index.ts';
import { importModel } from '../index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordedValues } from '../vectors/event.ts';
import { readRecordedEvents } from '../vectors/index.ts';

interface Typed {
  readonly name: string;
  readonly cpp: string;
}
interface DesignLayer {
  readonly name: string;
  readonly op: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}
interface Design {
  readonly layers: readonly DesignLayer[];
  readonly types: Readonly<Record<string, Typed>>;
  readonly input_shape: readonly number[];
  readonly n_max_pixels: number;
}
type Weights = Readonly<Record<string, { type: Typed; raw: readonly number[] }>>;

const DESIGNS = 'golden/sparsepixels';

/** The call of a layer as the published top functions have it: types and sizes as template arguments. */
function callOf(layer: DesignLayer): string {
  const type = (field: string) => (layer[field] as Typed).name;
  const text = (field: string) => String(layer[field]);
  const call = (types: readonly string[], args: readonly string[], space = '') =>
    `    ${space}${layer.op}<${types.join(', ')}>(${args.join(', ')}); // ${layer.name.replaceAll(' ', '_')}`;
  switch (layer.op) {
    case 'sparse_input_reduce':
      return call(
        [type('in_type'), type('hash_type'), 'N_INPUT_1_1', text('width'), text('channels'), 'N_MAX_PIXELS'],
        ['x_in', `${type('in_type')}(${text('threshold_literal')})`, text('out_features'), text('out_hash')],
      );
    case 'sparse_conv':
      return call(
        [
          ...['in_type', 'out_type', 'hash_type', 'weight_type', 'bias_type'].map(type),
          'N_MAX_PIXELS',
          ...['channels', 'filters', 'kernel_size'].map(text),
        ],
        ['in_features', 'out_features', 'in_hash', 'weights', 'bias'].map(text),
      );
    case 'sparse_relu':
      return call(
        [type('in_type'), type('out_type'), 'N_MAX_PIXELS', text('channels')],
        [text('in_features'), text('out_features')],
      );
    case 'sparse_pooling_avg':
      return call(
        [
          ...['in_type', 'out_type', 'hash_type'].map(type),
          'N_MAX_PIXELS',
          text('channels'),
          text('pool_size'),
        ],
        ['in_features', 'out_features', 'in_hash', 'out_hash'].map(text),
      );
    case 'sparse_flatten':
      return call(
        [type('data_type'), type('hash_type'), ...['height', 'width', 'channels'].map(text), 'N_MAX_PIXELS'],
        [text('in_features'), text('in_hash'), text('out')],
      );
    default:
      return call(
        [type('in_type'), type('out_type'), text('config_name')],
        [text('input'), text('output'), ...('weights' in layer ? [text('weights'), text('bias')] : [])],
        'nnet::',
      );
  }
}

function structOf({ config_name: name, config }: DesignLayer): string {
  const fields = Object.entries(config ?? {}).flatMap(([field, value]) => {
    if (typeof value === 'object') return [`    typedef ${(value as Typed).name} ${field};`];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const spelled = field === 'strategy' ? `nnet::${text}` : text;
    return [`    static const unsigned ${field} = ${spelled};`];
  });
  return `struct ${String(name)} : nnet::base {\n${fields.join('\n')}\n};`;
}

/** A published design as the C++ project that it was. @returns its folder */
function writeProject(design: string, change: (top: string) => string = (top) => top): string {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(DESIGNS, design, name), 'utf8'));
  const { layers, types, input_shape: shape, n_max_pixels: slots } = read('design.json') as Design;
  const weights = read('weights.json') as Weights;
  const { path } = temporaryFolder();
  mkdirSync(join(path, 'firmware', 'weights'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(path, name), text);
  const loads = Object.entries(weights).map(([name, { type, raw }]) => {
    const step = 2 ** -fracBits(parseFormat(type.cpp));
    write(`firmware/weights/${name}.txt`, raw.map((value) => value * step).join(', '));
    const named = Object.keys(types).find(
      (own) => own === `${name[0] === 'w' ? 'weight' : 'bias'}${name.slice(1)}_t`,
    );
    return `    nnet::load_weights_from_txt<${named ?? type.cpp}, ${raw.length}>(${name}, "${name}.txt");`;
  });
  const typedefs = Object.entries(types).map(([name, { cpp }]) => `typedef ${cpp} ${name};`);
  write(
    'firmware/defines.h',
    [`#define N_INPUT_1_1 ${shape[0]}`, `#define N_MAX_PIXELS ${slots}`, ...typedefs].join('\n'),
  );
  write(
    'firmware/parameters.h',
    layers
      .filter(({ config }) => config)
      .map(structOf)
      .join('\n'),
  );
  const last = layers.at(-1)!;
  const parameters = `input_t x_in[${shape.join('*')}], ${(last.out_type as Typed).name} ${String(last.output)}[1]`;
  write(
    'firmware/myhls.cpp',
    change(`void myhls(${parameters}) {\n${[...loads, ...layers.map(callOf)].join('\n')}\n}\n`),
  );
  write('hls4ml_config.yml', 'Backend: Vitis\nWriterConfig:\n  Namespace: null\n');
  return path;
}

describe('tops that call the published sparse kernels', () => {
  test.each(['jet-8b-sparse_t', 'neutrino-16b-sparse_s', 'sparsemnist-16b-sparse_t'])(
    '%s gives the recorded outputs of its firmware',
    (design) => {
      const { model, mapping } = importModel(writeProject(design));
      const events = readRecordedEvents(join(DESIGNS, design, 'vectors.json'), model).slice(0, 30);
      const [output] = model.outputs;
      for (const evaluator of evaluators) {
        const evaluate = evaluator.prepare(model);
        for (const event of events) {
          const got = evaluate({ [model.inputs[0]]: event.input });
          expect(got[output], evaluator.name).toEqual(recordedValues(event, model)?.[output]);
        }
      }
      expect(mapping?.profile).toBe('sparsepixels-0.2.1');
    },
  );

  test.each([
    ['a size that is none', /N_MAX_PIXELS, 1>\(/, 'pixels, 1>(', "is 'pixels', expected a whole number"],
    ['coordinates of others', 'hash_reduce_out, w5', 'hash_pool1_out, w5', 'does not hold the coordinates'],
    [
      'features nobody wrote',
      'feat_conv1_out, sparse_arr_feat_act1_out',
      'nothing, sparse_arr_feat_act1_out',
      'is written by no call',
    ],
    ['a kernel nobody knows', 'sparse_relu<', 'sparse_gelu<', 'this kernel is not supported'],
  ])('refuses %s', (_name, from, to, what) => {
    const folder = writeProject('jet-8b-sparse_t', (top) => {
      const changed = top.replace(from, to);
      expect(changed).not.toBe(top);
      return changed;
    });
    expect(() => importModel(folder)).toThrow(what);
  });
});
