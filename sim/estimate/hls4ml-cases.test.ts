import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importModel } from '../import/index.ts';
import { type Mapping, MAPPING_SCHEMA, type Model, MODEL_SCHEMA } from '../model/index.ts';
import { lowerHls, profileFor } from '../lower/hls/index.ts';
import { fixed } from 'fixed-point-ts';
import { estimate } from './index.ts';

const ROOT = 'golden/hls4ml';
const cases = readdirSync(ROOT).flatMap((name) => {
  const file = ['model.keras', 'model.onnx', 'model.json']
    .map((front) => join(ROOT, name, front))
    .find((path) => existsSync(path));
  return file === undefined ? [] : [{ name, file, config: join(ROOT, name, 'hls_config.json') }];
});
/** Kinds that reports of the profile's kernels show; every other is marked. */
const REPORTED = ['dense', 'relu', 'sigmoid', 'softmax', 'table-softmax', 'conv2d', 'zero-pad2d', 'flatten'];
const WIRES = ['concatenate', 'reshape', 'transpose'];

test('the folder holds every case', () => {
  expect(cases.length).toBe(71);
});

describe.each(cases)('$name', ({ file, config }) => {
  const { model, mapping } = importModel(file, { config });
  const result = estimate(model, mapping!);

  test('is estimated in its own form, layer by layer', () => {
    expect(mapping!.profile).toBe('hls4ml-1.3.0');
    expect(profileFor(model, mapping!).io).toBe(mapping!.io);
    expect(result.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    expect(result.intervalCycles.max).toBeGreaterThanOrEqual(1);
    expect(result.latencyCycles.max).toBeGreaterThanOrEqual(
      Math.max(...result.layers.map(({ latencyCycles }) => latencyCycles.max)),
    );
    expect(Object.values(result.resources.vivado).flat().every(Number.isSafeInteger)).toBe(true);
  });

  test('marks every layer that no report shows', () => {
    const unmarked = result.layers.filter(
      ({ kind, extrapolated }) => ![...REPORTED, ...WIRES].includes(kind) && extrapolated.length === 0,
    );
    // Average pooling of streams is in the reports.
    expect(unmarked.filter(({ kind }) => mapping!.io === 'parallel' || kind !== 'average-pool2d')).toEqual(
      [],
    );
  });
});

const type = fixed(8, 2);
const mapping: Mapping = {
  schema: MAPPING_SCHEMA,
  profile: 'hls4ml-1.3.0',
  part: 'xcu250-figd2104-2L-e',
  clockNs: 5,
  clockUncertaintyNs: 1.35,
  io: 'stream',
  default: { strategy: 'latency', reuseFactor: 1 },
  layers: {},
  fifoDepths: {},
};
const fields = { dialect: 'hls4ml-1.3.0' } as const;
/** x and relu(x) added: x has two readers. */
const fork: Model = {
  schema: MODEL_SCHEMA,
  name: 'fork',
  inputs: ['x'],
  outputs: ['sum'],
  constants: {},
  tensors: { x: { shape: [6, 3], type }, r: { shape: [6, 3], type }, sum: { shape: [6, 3], type } },
  layers: [
    { ...fields, name: 'r', kind: 'relu', inputs: ['x'], outputs: ['r'] },
    { ...fields, name: 'sum', kind: 'merge', operation: 'add', inputs: ['r', 'x'], outputs: ['sum'] },
  ],
};

describe('a tensor that two layers read', () => {
  test('is copied by a process of its own in a stream', () => {
    const { stages, channels } = lowerHls(fork, mapping, profileFor(fork, mapping));
    expect(stages.map(({ name }) => name)).toEqual(['copies of x', 'r', 'sum']);
    expect(channels.filter(({ from }) => from === 'copies of x').map(({ to }) => to)).toEqual(['r', 'sum']);
  });

  test('is read by both where it is whole, and the layers overlap events', () => {
    const whole: Mapping = { ...mapping, io: 'parallel' };
    const { stages } = lowerHls(fork, whole, profileFor(fork, whole));
    expect(stages.map(({ name }) => name)).toEqual(['r', 'sum']);
    // One cycle between the two layers, which are logic without a cycle of their own.
    expect(estimate(fork, whole)).toMatchObject({
      latencyCycles: { max: 1 },
      intervalCycles: { max: 1 },
    });
  });
});

test('a reuse factor lengthens interval and latency and divides the multipliers', () => {
  const file = join(ROOT, 'mlp_jet_latency_rf4');
  const { model, mapping: own } = importModel(join(file, 'model.keras'), {
    config: join(file, 'hls_config.json'),
  });
  const once = estimate(model, { ...own!, layers: {} });
  const four = estimate(model, own!);
  expect(once.intervalCycles.max).toBe(1);
  expect(four.intervalCycles.max).toBe(4);
  expect(four.latencyCycles.max).toBeGreaterThan(once.latencyCycles.max);
  expect(four.resources.vivado.dsp).toBeLessThan(once.resources.vivado.dsp / 2);
});
