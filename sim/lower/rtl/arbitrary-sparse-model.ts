/** Random sparse Models: search, convolution, ReLU, pooling where drawn, flattening and a dense layer. */
import fc from 'fast-check';
import { fixed, type FixedFormat, maxRaw, minRaw, ufixed, uint } from 'fixed-point-ts';
import { type Layer, type Model, MODEL_SCHEMA, verifyModel } from '../../model/index.ts';
import type { HardwareChoices } from './index.ts';

const accumulator = fc.constantFrom<FixedFormat>(
  ufixed(8, 2, 'RND_CONV', 'SAT'),
  ufixed(6, 3, 'RND', 'SAT'),
  fixed(9, 4, 'RND_CONV', 'SAT'),
  fixed(10, 4, 'TRN', 'WRAP'),
  fixed(18, 8, 'TRN', 'WRAP'),
);

/** What a random sparse Model is drawn from. */
export const sparseRecipe = fc.record({
  height: fc.integer({ min: 2, max: 9 }),
  width: fc.integer({ min: 2, max: 9 }),
  channels: fc.integer({ min: 1, max: 2 }),
  slots: fc.integer({ min: 2, max: 6 }),
  kernel: fc.integer({ min: 1, max: 5 }),
  filters: fc.integer({ min: 1, max: 3 }),
  pool: fc.integer({ min: 2, max: 3 }),
  input: fc.constantFrom<FixedFormat>(ufixed(6, 1), fixed(7, 2)),
  accumulator,
  pooling: fc.constantFrom('none', 'average', 'max'),
  rectified: fc.boolean(),
  threshold: fc.integer({ min: 0, max: 9 }),
  perCycle: fc.integer({ min: 1, max: 3 }),
  spare: fc.integer({ min: 0, max: 3 }),
  seed: fc.nat(),
  density: fc.constantFrom(0, 20, 60, 100),
});
export type SparseRecipe = typeof sparseRecipe extends fc.Arbitrary<infer T> ? T : never;

/** Slots may collide at one place without pooling when there are several channels: refused, so there is a pool. */
export function buildable(drawn: SparseRecipe): SparseRecipe {
  return { ...drawn, pooling: drawn.channels > 1 && drawn.pooling === 'none' ? 'max' : drawn.pooling };
}

/** The layout that the recipe asks for. */
export function sparseChoices(r: SparseRecipe): HardwareChoices {
  return {
    name: 'random',
    clockNs: 5,
    interval: Math.ceil(r.slots / r.perCycle) + 1 + r.spare,
    pixelsPerCycle: r.perCycle,
    slotsPerCycle: { conv: r.perCycle, dense: r.perCycle },
  };
}

/** @param next  random integers >= 0, for the constants */
export function sparseModel(r: SparseRecipe, next: () => number): Model {
  const places = uint(10);
  const weight = fixed(6, 2);
  const conv = r.accumulator;
  const dense = fixed(40, 20);
  const [height, width] =
    r.pooling !== 'none' ? [Math.ceil(r.height / r.pool), Math.ceil(r.width / r.pool)] : [r.height, r.width];
  const reciprocal = { type: fixed(10, 0), raw: r.pool === 2 ? -512n : 341n };
  const common = { dialect: 'sparsepixels-0.2.1' as const };
  const constant = (shape: number[], type: FixedFormat) => ({
    shape,
    type,
    raw: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => pickRaw(type, next)),
  });
  // Maximum pooling also takes what is below 0.
  const rectified = r.rectified || r.pooling !== 'max';
  const kept = r.pooling !== 'none' ? 'pooled' : 'active';
  const where = r.pooling !== 'none' ? 'cells' : 'places';
  const layers: Layer[] = [
    {
      ...common,
      kind: 'sparse-input-reduce',
      name: 'search',
      inputs: ['x'],
      outputs: ['kept', 'places'],
      threshold: BigInt(r.threshold),
      indexBits: 12,
    },
    {
      ...common,
      kind: 'sparse-conv2d',
      name: 'conv',
      inputs: ['kept', 'places'],
      outputs: ['conv'],
      accumulator: conv,
      weights: 'w',
      bias: 'b',
    },
    ...(rectified
      ? [{ ...common, kind: 'sparse-relu' as const, name: 'relu', inputs: ['conv'], outputs: ['active'] }]
      : []),
    ...(r.pooling === 'average'
      ? [
          {
            ...common,
            kind: 'sparse-average-pool2d' as const,
            name: 'pool',
            inputs: ['active', 'places'],
            outputs: ['pooled', 'cells'],
            pool: r.pool,
            accumulator: ufixed(8, 4, 'RND_CONV', 'SAT'),
            reciprocal,
          },
        ]
      : []),
    ...(r.pooling === 'max'
      ? [
          {
            dialect: 'pipewright-1' as const,
            kind: 'sparse-max-pool2d' as const,
            name: 'pool',
            inputs: [rectified ? 'active' : 'conv', 'places'],
            outputs: ['pooled', 'cells'],
            pool: r.pool,
          },
        ]
      : []),
    {
      ...common,
      kind: 'sparse-flatten',
      name: 'flatten',
      inputs: [kept, where],
      outputs: ['flat'],
      height,
      width,
    },
    {
      dialect: 'hls4ml-1.0.0',
      kind: 'dense',
      name: 'dense',
      inputs: ['flat'],
      outputs: ['y'],
      accumulator: dense,
      weights: 'v',
      bias: 'c',
    },
  ];
  const feature = ufixed(8, 4, 'RND_CONV', 'SAT');
  const flat = rectified ? feature : fixed(7, 4, 'TRN', 'WRAP');
  const size = height * width * r.filters;
  return verifyModel({
    schema: MODEL_SCHEMA,
    name: 'random',
    inputs: ['x'],
    outputs: ['y'],
    tensors: {
      x: { shape: [r.height, r.width, r.channels], type: r.input },
      kept: { shape: [r.slots, r.channels], type: r.input },
      places: { shape: [r.slots, 2], type: places },
      conv: { shape: [r.slots, r.filters], type: conv },
      ...(rectified ? { active: { shape: [r.slots, r.filters], type: feature } } : {}),
      ...(r.pooling !== 'none'
        ? {
            pooled: { shape: [r.slots, r.filters], type: flat },
            cells: { shape: [r.slots, 2], type: places },
          }
        : {}),
      flat: { shape: [size], type: flat },
      y: { shape: [3], type: dense },
    },
    layers,
    constants: {
      w: constant([r.kernel, r.kernel, r.channels, r.filters], weight),
      b: constant([r.filters], weight),
      v: constant([size, 3], weight),
      c: constant([3], weight),
    },
  });
}

/** Any raw value of a format. */
export function pickRaw(type: FixedFormat, next: () => number): bigint {
  const [lo, hi] = [Number(minRaw(type)), Number(maxRaw(type))];
  return BigInt(lo + (next() % (hi - lo + 1)));
}

/** Random integers below 2^24 from a seed (a linear congruential generator). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
