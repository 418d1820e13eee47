/** A sparse Model so small that its Verilog builds in seconds, with every layer that our rigid hardware has. */
import { fixed, maxRaw, minRaw, type FixedFormat, ufixed, uint } from 'fixed-point-ts';
import type { Event } from '../../../sim/import/vectors/index.ts';
import { type Model, MODEL_SCHEMA, verifyModel } from '../../../sim/model/index.ts';

const input = ufixed(6, 2);
const places = uint(10);
const feature = ufixed(8, 4, 'RND_CONV', 'SAT');
const common = { dialect: 'sparsepixels-0.2.1' as const };

/** x [6, 6, 1] -> 5 kept pixels -> conv 3 x 3, 2 filters -> relu -> pool 2 -> dense 3. */
export const smallSparseModel: Model = verifyModel({
  schema: MODEL_SCHEMA,
  name: 'small-sparse',
  inputs: ['x'],
  outputs: ['y'],
  tensors: {
    x: { shape: [6, 6, 1], type: input },
    kept: { shape: [5, 1], type: input },
    places: { shape: [5, 2], type: places },
    conv: { shape: [5, 2], type: feature },
    active: { shape: [5, 2], type: feature },
    pooled: { shape: [5, 2], type: feature },
    cells: { shape: [5, 2], type: places },
    flat: { shape: [18], type: feature },
    y: { shape: [3], type: fixed(20, 12) },
  },
  layers: [
    {
      ...common,
      kind: 'sparse-input-reduce',
      name: 'search',
      inputs: ['x'],
      outputs: ['kept', 'places'],
      threshold: 1n,
      indexBits: 12,
    },
    {
      ...common,
      kind: 'sparse-conv2d',
      name: 'conv',
      inputs: ['kept', 'places'],
      outputs: ['conv'],
      accumulator: feature,
      weights: 'w',
      bias: 'b',
    },
    { ...common, kind: 'sparse-relu', name: 'relu', inputs: ['conv'], outputs: ['active'] },
    {
      ...common,
      kind: 'sparse-average-pool2d',
      name: 'pool',
      inputs: ['active', 'places'],
      outputs: ['pooled', 'cells'],
      pool: 2,
      accumulator: feature,
      reciprocal: { type: fixed(10, 0), raw: -512n },
    },
    {
      ...common,
      kind: 'sparse-flatten',
      name: 'flatten',
      inputs: ['pooled', 'cells'],
      outputs: ['flat'],
      height: 3,
      width: 3,
    },
    {
      dialect: 'hls4ml-1.0.0',
      kind: 'dense',
      name: 'dense',
      inputs: ['flat'],
      outputs: ['y'],
      accumulator: fixed(20, 12),
      weights: 'v',
      bias: 'c',
    },
  ],
  constants: {
    w: { shape: [3, 3, 1, 2], type: fixed(6, 2), raw: numbers(18, fixed(6, 2), 3) },
    b: { shape: [2], type: fixed(6, 2), raw: [3n, -2n] },
    v: { shape: [18, 3], type: fixed(6, 2), raw: numbers(54, fixed(6, 2), 7) },
    c: { shape: [3], type: fixed(6, 2), raw: [5n, -9n, 1n] },
  },
});

/** Images of which about a third is not 0. */
export function smallSparseEvents(count: number, seed = 1): readonly Event[] {
  const next = generator(seed);
  return Array.from({ length: count }, (_, index) => ({
    id: `event ${index}`,
    input: Array.from({ length: 36 }, () => (next() % 3 === 0 ? BigInt(1 + (next() % 63)) : 0n)),
  }));
}

function numbers(count: number, type: FixedFormat, seed: number): bigint[] {
  const next = generator(seed);
  const [lo, hi] = [Number(minRaw(type)), Number(maxRaw(type))];
  return Array.from({ length: count }, () => BigInt(lo + (next() % (hi - lo + 1))));
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
