/**
 * Sparse convolution against closed formulas, which the rules imply for two sorts of accumulators, in plain numbers:
 * a second opinion that shares nothing with the evaluators but the Model.
 */
import { fc, test } from '@fast-check/vitest';
import { fixed, type FixedFormat, ufixed } from 'fixed-point-ts';
import { describe, expect } from 'vitest';
import { type Model, MODEL_SCHEMA } from '../model/index.ts';
import { withWideAccumulators } from '../model/wide-accumulators.ts';
import { evaluators } from './index.ts';

const [HEIGHT, WIDTH, SLOTS] = [3, 4, 6];
const [X, W, BIAS] = [fixed(6, 3), fixed(6, 2), fixed(6, 3)]; // 3, 4 and 3 fraction bits
const OUT = ufixed(7, 3, 'RND_CONV', 'SAT'); // 4 fraction bits, up to 127

interface Case {
  readonly kernel: number;
  readonly channels: number;
  readonly filters: number;
  readonly image: readonly number[];
  readonly weights: readonly number[];
  readonly bias: readonly number[];
}

function arbitraryCase(channels: fc.Arbitrary<number>): fc.Arbitrary<Case> {
  const raws = (size: number) =>
    fc.array(fc.integer({ min: -32, max: 31 }), { minLength: size, maxLength: size });
  return fc
    .tuple(fc.integer({ min: 1, max: 4 }), channels, fc.integer({ min: 1, max: 3 }))
    .chain(([kernel, c, filters]) =>
      fc.record({
        kernel: fc.constant(kernel),
        channels: fc.constant(c),
        filters: fc.constant(filters),
        image: raws(HEIGHT * WIDTH * c),
        weights: raws(kernel * kernel * c * filters),
        bias: raws(filters),
      }),
    );
}

function modelOf({ kernel, channels, filters, weights, bias }: Case, out: FixedFormat): Model {
  const coordinates = { shape: [SLOTS, 2], type: ufixed(10, 10) };
  const dialect = 'sparsepixels-0.2.1';
  return {
    schema: MODEL_SCHEMA,
    name: 'reduction and convolution',
    inputs: ['x'],
    outputs: ['y'],
    tensors: {
      x: { shape: [HEIGHT, WIDTH, channels], type: X },
      f: { shape: [SLOTS, channels], type: X },
      p: coordinates,
      y: { shape: [SLOTS, filters], type: out },
    },
    layers: [
      {
        name: 'r',
        kind: 'sparse-input-reduce',
        dialect,
        inputs: ['x'],
        outputs: ['f', 'p'],
        threshold: 0n,
        indexBits: 12,
      },
      {
        name: 'c',
        kind: 'sparse-conv2d',
        dialect,
        inputs: ['f', 'p'],
        outputs: ['y'],
        accumulator: out,
        weights: 'w',
        bias: 'b',
      },
    ],
    constants: {
      w: { shape: [kernel, kernel, channels, filters], type: W, raw: weights.map(BigInt) },
      b: { shape: [filters], type: BIAS, raw: bias.map(BigInt) },
    },
  };
}

/** Kept pixels of the image: row, column (from 0) and features; an empty slot stands on the first pixel. */
function keptPixels({ image, channels }: Case) {
  const pixels = Array.from({ length: HEIGHT * WIDTH }, (_, at) => ({
    row: Math.floor(at / WIDTH),
    column: at % WIDTH,
    features: image.slice(at * channels, (at + 1) * channels),
  }));
  const active = pixels.filter(({ features }) => features[0] > 0).slice(0, SLOTS);
  const empty = { ...pixels[0], features: [0, ...pixels[0].features.slice(1)] };
  return [...active, ...Array.from({ length: SLOTS - active.length }, () => empty)];
}

/** For each slot and filter: the products (7 fraction bits) of every slot in reach, in order; undefined if the slot is mute. */
function terms(drawn: Case): (number[][] | undefined)[] {
  const { kernel, channels, filters, weights } = drawn;
  const kept = keptPixels(drawn);
  const before = Math.floor((kernel - 1) / 2);
  return kept.flatMap((to) =>
    Array.from({ length: filters }, (_, filter) => {
      if (to.features.every((feature) => feature === 0)) return undefined;
      return kept.flatMap((from) => {
        const [row, column] = [from.row - to.row + before, from.column - to.column + before];
        if (row < 0 || row >= kernel || column < 0 || column >= kernel) return [];
        const first = (row * kernel + column) * channels;
        return [
          from.features.map((feature, channel) => feature * weights[(first + channel) * filters + filter]),
        ];
      });
    }),
  );
}

/** x / 8 rounded to a whole number, ties to even. */
function eighth(x: number): number {
  const floor = Math.floor(x / 8);
  const rest = x - 8 * floor;
  return rest > 4 || (rest === 4 && floor % 2 !== 0) ? floor + 1 : floor;
}

const clip = (x: number) => Math.min(127, Math.max(0, x));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe.each(evaluators)('$name', (evaluator) => {
  const run = (model: Model, { image }: Case) =>
    evaluator
      .prepare(model)({ x: image.map(BigInt) })
      .y.map(Number);

  test.prop([arbitraryCase(fc.constant(1))])(
    'an unsigned saturating accumulator gives the clipped sum of rounded, clipped products',
    (drawn) => {
      const expected = terms(drawn).map((products, at) => {
        const total = clip(sum((products ?? []).map(([product]) => clip(eighth(product)))));
        // the bias has 3 fraction bits, the output 4
        return total === 0 ? 0 : clip(total + 2 * drawn.bias[at % drawn.filters]);
      });
      expect(run(modelOf(drawn, OUT), drawn)).toEqual(expected);
    },
  );

  test.prop([arbitraryCase(fc.integer({ min: 1, max: 3 }))])(
    'a wide accumulator gives the exact sum, rounded once',
    (drawn) => {
      const expected = terms(drawn).map((products, at) => {
        const total = sum((products ?? []).flat());
        return total === 0 ? 0 : clip(eighth(total + 16 * drawn.bias[at % drawn.filters]));
      });
      expect(run(withWideAccumulators(modelOf(drawn, OUT)), drawn)).toEqual(expected);
    },
  );
});
