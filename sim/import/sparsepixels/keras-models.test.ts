import { unzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../model/index.ts';
import { importModel } from '../index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { expectRecorded } from './keras-models.suite.ts';

const FOLDER = 'golden/sparsepixels-keras';

describe("networks of SparsePixels' Keras layers give what the package computed", () => {
  test.each([
    'one_channel',
    'mixed_pools',
    'pool_of_three',
    'learned',
    'partial_cells',
    'own_widths',
    'even_kernel',
  ])('%s', (name) => expectRecorded(FOLDER, name));
});

test('a learned budget and threshold are those of the file', () => {
  const { model } = importModel(join(FOLDER, 'learned.keras'));
  const reduce = model.layers.find(({ kind }) => kind === 'sparse-input-reduce');
  // 10 x 0.8 pixels; 0.3 is 9.6 steps of 1/32
  expect(model.tensors.reduce.shape).toEqual([8, 2]);
  expect(reduce).toMatchObject({ threshold: 9n });
});

test('the configuration can give the input another type, in which pixels are compared', () => {
  const config = temporaryFolder().write('config.json', {
    Model: { Precision: 'fixed<16,6>' },
    LayerName: { x_in: { Precision: { result: 'fixed<18,6>' } } },
  });
  const { model } = importModel(join(FOLDER, 'one_channel.keras'), { config });
  expect(model.tensors.x_in.type).toMatchObject({ width: 18, integerBits: 6 });
  const reduce = model.layers.find(({ kind }) => kind === 'sparse-input-reduce');
  // 0.2 as a 32-bit float, in steps of 2^-12
  expect(reduce).toMatchObject({ threshold: 819n });
});

interface Layer {
  readonly class_name: string;
  readonly config: Record<string, Record<string, unknown>>;
  readonly inbound_nodes: { args: unknown[] }[];
}

/** What is said of a network in which one layer was changed. */
function problemOf(className: string, change: (layer: Layer) => void): InputError['problem'] {
  const files = unzipSync(readFileSync(join(FOLDER, 'mixed_pools.keras')));
  const json = JSON.parse(new TextDecoder().decode(files['config.json']).replaceAll('Infinity', 'null')) as {
    config: { layers: Layer[] };
  };
  change(json.config.layers.find((layer) => layer.class_name === className)!);
  files['config.json'] = new TextEncoder().encode(JSON.stringify(json));
  const path = temporaryFolder().write('model.keras', zipSync(files));
  try {
    importModel(path);
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error('it was imported');
}

describe('what a sparse layer cannot do is refused by layer and field', () => {
  test.each([
    ['QConv2DSparse', 'conv0', 'strides', [2, 2]],
    ['QConv2DSparse', 'conv0', 'padding', 'valid'],
    ['QConv2DSparse', 'conv0', 'dilation_rate', [2, 2]],
    ['QConv2DSparse', 'conv0', 'groups', 2],
    ['QConv2DSparse', 'conv0', 'kernel_size', [3, 5]],
    ['QConv2DSparse', 'conv0', 'enable_oq', true],
  ])('%s %s: %s = %j', (className, layer, field, value) => {
    const problem = problemOf(className, ({ config }) => (config.conv_config[field] = value));
    expect(problem).toMatchObject({ code: 'KER003', layer, field });
  });

  test.each([
    ['pool_size', [4, 2]],
    ['strides', [2, 2]],
    ['padding', 'same'],
  ])('pooling: %s = %j', (field, value) => {
    const problem = problemOf('AveragePooling2DSparse', ({ config }) => (config.pool_config[field] = value));
    expect(problem).toMatchObject({ code: 'KER003', layer: 'pool0', field });
  });

  test('an activation that is not 0 at 0', () => {
    const problem = problemOf('QConv2DSparse', ({ config }) =>
      Object.assign(config, { activation: 'sigmoid' }),
    );
    expect(problem).toMatchObject({ code: 'KER003', layer: 'conv0', field: 'activation' });
  });

  test('a mask that is not the one of the features, and a mask read by another layer', () => {
    const swap = (layer: Layer) => {
      const [tensors] = layer.inbound_nodes[0].args as unknown[][];
      tensors.reverse();
    };
    expect(problemOf('QConv2DSparse', swap)).toMatchObject({
      code: 'KER003',
      layer: 'conv0',
      field: 'inputs',
    });
    const mask = (layer: Layer) => {
      const [tensor] = layer.inbound_nodes[0].args as { config: { keras_history: unknown[] } }[];
      tensor.config.keras_history[2] = 1;
    };
    expect(problemOf('Flatten', mask)).toMatchObject({ code: 'KER003', layer: 'flatten', field: 'inputs' });
  });
});
