import { zipSync } from 'fflate';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { unzipSync } from 'fflate';
import { InputError } from '../../model/index.ts';
import { importModel } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'keras-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CASE = 'golden/hls4ml/conv2d_par_latency';

interface KerasConfig {
  config: { layers: { class_name: string; config: Record<string, unknown> }[] };
}

/** The case's model with its configuration changed. */
function changed(change: (config: KerasConfig) => void): string {
  const files = unzipSync(readFileSync(join(CASE, 'model.keras')));
  const config = JSON.parse(new TextDecoder().decode(files['config.json'])) as KerasConfig;
  change(config);
  files['config.json'] = new TextEncoder().encode(JSON.stringify(config));
  const path = join(folder, 'model.keras');
  writeFileSync(path, zipSync(files));
  return path;
}

function problemOf(path: string): InputError['problem'] {
  try {
    importModel(path);
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  throw new Error('it was imported');
}

describe('what is not supported is refused with layer and field', () => {
  test.each([
    ['a dilation', 'dilation_rate', [2, 2]],
    ['groups', 'groups', 2],
    ['channels first', 'data_format', 'channels_first'],
  ])('%s', (_name, field, value) => {
    const path = changed((config) => (config.config.layers[1].config[field] = value));
    expect(problemOf(path)).toMatchObject({ code: 'KER003', layer: 'c1', field, file: path });
  });

  test('an activation that hls4ml has no kernel for', () => {
    const path = changed((config) => (config.config.layers[1].config.activation = 'gelu'));
    expect(problemOf(path)).toMatchObject({ code: 'KER003', layer: 'c1', field: 'activation' });
    expect(problemOf(path).what).toContain('gelu');
  });

  test('a class of layers that nobody reads', () => {
    const path = changed((config) => (config.config.layers[1].class_name = 'Conv3D'));
    expect(problemOf(path)).toMatchObject({ code: 'KER003', layer: 'c1', field: 'class_name' });
  });

  test('a field of the wrong sort, and one that is missing', () => {
    const wrong = changed((config) => (config.config.layers[1].config.filters = 'four'));
    expect(problemOf(wrong)).toMatchObject({ code: 'KER002', layer: 'c1', field: 'filters' });
    const missing = changed((config) => delete config.config.layers[1].config.kernel_size);
    expect(problemOf(missing)).toMatchObject({ code: 'KER002', layer: 'c1', field: 'kernel_size' });
  });

  test('weights of another shape than the layer says', () => {
    const path = changed((config) => (config.config.layers[1].config.filters = 5));
    expect(problemOf(path)).toMatchObject({ code: 'KER005', layer: 'c1', field: 'kernel' });
  });
});

describe('a file that is none', () => {
  test.each([
    ['cut off', (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => new Uint8Array()],
    ['text', () => new TextEncoder().encode('no zip')],
  ])('%s', (_name, damage) => {
    const path = join(folder, 'damaged.keras');
    writeFileSync(path, damage(readFileSync(join(CASE, 'model.keras'))));
    expect(problemOf(path)).toMatchObject({ code: 'KER001', file: path });
  });
});

test('weights of layers found by class and number are those found by name', () => {
  // the published QKeras models carry no names, those of Keras 3 do: this one has both
  const { model } = importModel(join(CASE, 'model.keras'));
  expect(model.layers.map(({ name }) => name)).toEqual(['c1', 'c1_relu', 'c2', expect.any(String), 'd']);
});
