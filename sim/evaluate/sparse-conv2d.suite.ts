/**
 * Sparse convolution against values worked out by hand from the rules of SparsePixels 0.2.1, most of them with several
 * channels or filters, which no published design has together.
 */
import { parseFormat } from 'fixed-point-ts';
import { describe, expect, test } from 'vitest';
import type { Evaluator } from './evaluator.ts';
import { type OneLayer, runLayer } from './one-layer.ts';

const dialect = 'sparsepixels-0.2.1';
const PLACES = 'uint<10>';
/** Row and column of each slot. */
type Places = readonly number[];

export function sparseConv2dSuite(evaluator: Evaluator): void {
  const run = (one: OneLayer) => runLayer(evaluator, one);

  describe('sparse convolution', () => {
    interface Conv {
      readonly x: readonly number[];
      readonly places: Places;
      readonly channels?: number;
      readonly filters?: number;
      readonly kernel?: number;
      /** [row, column, channel, filter] */
      readonly weights: readonly number[];
      readonly bias?: readonly number[];
      readonly types?: { x?: string; weights?: string; bias?: string; accumulator?: string; out?: string };
    }
    const conv = ({ x, places, channels = 1, filters = 1, kernel = 1, weights, bias, types = {} }: Conv) => {
      const { out = 'int<16>', accumulator = out } = types;
      return run({
        layer: {
          name: 'c',
          kind: 'sparse-conv2d',
          dialect,
          inputs: ['x', 'p'],
          outputs: ['y'],
          accumulator: parseFormat(accumulator),
          weights: 'w',
          bias: 'b',
        },
        inputs: {
          x: [[places.length / 2, channels], types.x ?? 'int<8>', x],
          p: [[places.length / 2, 2], PLACES, places],
        },
        outputs: { y: [[places.length / 2, filters], out] },
        constants: {
          w: [[kernel, kernel, channels, filters], types.weights ?? 'int<8>', weights],
          b: [[filters], types.bias ?? 'int<8>', bias ?? Array.from({ length: filters }, () => 0)],
        },
      }).y;
    };

    test('correlates: a neighbour above and to the left meets the first weight', () => {
      const weights = [1, 2, 3, 4, 5, 6, 7, 8, 9];
      // (2,2) sees itself with 5 and (1,1) with 1; (1,1) sees itself with 5 and (2,2) with 9
      expect(
        conv({
          x: [10, 1],
          places: [1, 1, 2, 2],
          kernel: 3,
          weights,
        }),
      ).toEqual([10 * 5 + 9, 5 + 10 * 1]);
    });

    test('tells rows from columns', () => {
      const weights = [1, 2, 3, 4, 5, 6, 7, 8, 9];
      // (2,2) has (1,2) above it (weight 2) and (2,3) to its right (weight 6)
      const y = conv({
        x: [1, 10, 100],
        places: [1, 2, 2, 2, 2, 3],
        kernel: 3,
        weights,
      });
      expect(y[1]).toBe(1 * 2 + 10 * 5 + 100 * 6);
    });

    test('reaches no further than the kernel', () => {
      const ones = Array.from({ length: 9 }, () => 1);
      expect(
        conv({
          x: [1, 10, 100],
          places: [1, 1, 1, 3, 3, 1],
          kernel: 3,
          weights: ones,
        }),
      ).toEqual([1, 10, 100]);
    });

    test('places an even kernel of 2 with its first tap on the pixel itself', () => {
      // radius 0: tap row = -dh, so neighbours below and to the right count
      const y = conv({
        x: [1, 10, 100, 1000],
        places: [1, 1, 1, 2, 2, 1, 2, 2],
        kernel: 2,
        weights: [1, 2, 3, 4],
        types: { x: 'int<16>' },
      });
      expect(y).toEqual([1 + 20 + 300 + 4000, 10 + 3 * 1000, 100 + 2 * 1000, 1000]);
    });

    test('places an even kernel of 4 with one tap before the pixel and two after it', () => {
      const weights = Array.from({ length: 16 }, (_, tap) => tap + 1);
      // row 0 of the kernel is one row above: from (2,2), (1,1) has tap 0, (2,2) tap 5, (4,4) tap 15; (5,5) is out of reach
      const y = conv({
        x: [1, 1, 1, 1],
        places: [1, 1, 2, 2, 4, 4, 5, 5],
        kernel: 4,
        weights,
      });
      expect(y[1]).toBe(1 + 6 + 16);
    });

    test('takes weights in the order row, column, channel, filter', () => {
      // one slot, C = 2, F = 3: y[f] = sum over c of w[c][f] x[c]
      const y = conv({ x: [1, 10], places: [1, 1], channels: 2, filters: 3, weights: [1, 2, 3, 4, 5, 6] });
      expect(y).toEqual([1 + 40, 2 + 50, 3 + 60]);
    });

    test('keeps taps, channels and filters apart in a 2 x 2 kernel', () => {
      // weight [tap, c, f] = 8 tap + 4 c + 2 f + 1, pixel (1,1) with neighbours at taps 1 (right) and 2 (below)
      const weights = Array.from({ length: 16 }, (_, at) => 4 * Math.floor(at / 2) + 2 * (at % 2) + 1);
      const y = conv({
        x: [1, 2, 3, 4, 5, 6],
        places: [1, 1, 1, 2, 2, 1],
        channels: 2,
        filters: 2,
        kernel: 2,
        weights,
      });
      const w = (tap: number, c: number, f: number) => 8 * tap + 4 * c + 2 * f + 1;
      const pixel = (f: number) =>
        w(0, 0, f) * 1 + w(0, 1, f) * 2 + w(1, 0, f) * 3 + w(1, 1, f) * 4 + w(2, 0, f) * 5 + w(2, 1, f) * 6;
      expect(y.slice(0, 2)).toEqual([pixel(0), pixel(1)]);
    });

    test('clips every negative term to 0 in an unsigned saturating accumulator', () => {
      const types = { out: 'ufixed<8,8,RND_CONV,SAT>' };
      const row = {
        places: [1, 1, 1, 2],
        kernel: 3,
        weights: [0, 0, 0, -3, 1, -3, 0, 0, 0],
      };
      // 5 - 3 x 4 would be negative; the published kernel keeps 5
      expect(conv({ ...row, x: [5, 4], types })).toEqual([5, 4]);
      // one rounding at the end: 5 - 12 and 4 - 15
      const wide = { accumulator: 'fixed<24,20>', out: 'fixed<8,8,RND_CONV,SAT>' };
      expect(conv({ ...row, x: [5, 4], types: wide })).toEqual([-7, -11]);
    });

    test('rounds every term to the accumulator, ties to even', () => {
      // products of 1/2 and 3/2: rounded one by one they are 0 and 2
      const one = {
        places: [1, 1, 1, 2],
        kernel: 3,
        types: { weights: 'fixed<8,7>', out: 'ufixed<8,8,RND_CONV,SAT>' },
      };
      expect(conv({ ...one, x: [1, 1], weights: [0, 0, 0, 1, 1, 1, 0, 0, 0] })).toEqual([0, 0]);
      expect(conv({ ...one, x: [1, 1], weights: [0, 0, 0, 3, 3, 3, 0, 0, 0] })).toEqual([4, 4]);
    });

    test('rounds once at the end with a wide accumulator', () => {
      const types = { weights: 'fixed<8,7>', accumulator: 'fixed<20,19>', out: 'ufixed<8,8,RND_CONV,SAT>' };
      const row = {
        places: [1, 1, 1, 2],
        kernel: 3,
        types,
      };
      expect(conv({ ...row, x: [1, 1], weights: [0, 0, 0, 1, 1, 1, 0, 0, 0] })).toEqual([1, 1]);
      expect(conv({ ...row, x: [1, 1], weights: [0, 0, 0, 3, 3, 3, 0, 0, 0] })).toEqual([3, 3]);
    });

    test('adds slots in order into a signed saturating accumulator', () => {
      // -8..7: 6 + 6 saturates to 7, then - 5 gives 2; the other way round it would be 7
      const types = { out: 'fixed<4,4,TRN,SAT>' };
      const weights = [0, 0, 0, 1, 1, 1, 0, 0, 0];
      const places = [1, 1, 1, 2, 1, 3];
      expect(conv({ x: [6, 6, -5], places, kernel: 3, weights, types })[1]).toBe(2);
      expect(conv({ x: [6, -5, 6], places, kernel: 3, weights, types })[1]).toBe(7);
    });

    test('adds channels in order into the partial sum of a slot, and the partial sums after that', () => {
      const types = { out: 'fixed<4,4,TRN,SAT>' };
      const one = { places: [1, 1], channels: 3, weights: [1, 1, 1], types };
      expect(conv({ ...one, x: [6, 6, -5] })).toEqual([2]);
      expect(conv({ ...one, x: [6, -5, 6] })).toEqual([7]);
      // slot 0: 6 + 6 -> 7; slot 1: -5 - 5 -> -8; together -1. All six in one chain would give 6 + 6 -> 7, 2, -3
      const two = {
        places: [1, 1, 1, 2],
        channels: 2,
        kernel: 3,
        types,
      };
      const weights = Array.from({ length: 18 }, () => 1);
      expect(conv({ ...two, x: [6, 6, -5, -5], weights })).toEqual([-1, -1]);
    });

    test('quantises the partial sum at every channel', () => {
      // 1/2 + 1/2: TRN after each channel gives 0, then 0
      const types = { weights: 'fixed<8,7>', out: 'int<8>' };
      expect(conv({ x: [1, 1], places: [1, 1], channels: 2, weights: [1, 1], types })).toEqual([0]);
    });

    test('adds the exact product to the partial sum, and rounds and saturates their sum', () => {
      // ties to even: 1 + 1/2 rounds to 2; the product alone would round to 0
      const rounding = { weights: 'fixed<8,7>', out: 'fixed<8,8,RND_CONV>' };
      expect(conv({ x: [2, 1], places: [1, 1], channels: 2, weights: [1, 1], types: rounding })).toEqual([2]);
      // -8..7: -8 + 20 saturates to 7; the product alone would saturate to 7 and the sum be -1
      const saturating = { out: 'fixed<4,4,TRN,SAT>' };
      expect(conv({ x: [-8, 5], places: [1, 1], channels: 2, weights: [1, 4], types: saturating })).toEqual([
        7,
      ]);
    });

    test('adds the bias only to a sum that is not 0', () => {
      const weights = [0, 0, 0, 1, 1, 1, 0, 0, 0];
      // 3 - 3 = 0 at both pixels: no bias
      expect(
        conv({
          x: [3, -3],
          places: [1, 1, 1, 2],
          kernel: 3,
          weights,
          bias: [5],
        }),
      ).toEqual([0, 0]);
      expect(
        conv({
          x: [3, -2],
          places: [1, 1, 1, 2],
          kernel: 3,
          weights,
          bias: [5],
        }),
      ).toEqual([6, 6]);
    });

    test('drops the bias where clipping or rounding has made the sum 0', () => {
      const clipped = { out: 'ufixed<8,8,RND_CONV,SAT>' };
      expect(conv({ x: [4], places: [1, 1], weights: [-1], bias: [5], types: clipped })).toEqual([0]);
      const rounded = { weights: 'fixed<8,7>', out: 'ufixed<8,8,RND_CONV,SAT>' };
      expect(conv({ x: [1], places: [1, 1], weights: [1], bias: [5], types: rounded })).toEqual([0]);
    });

    test('assigns the biased sum to the accumulator: saturated, and rounded where the bias is finer', () => {
      const saturating = { out: 'fixed<4,4,TRN,SAT>' };
      expect(conv({ x: [6], places: [1, 1], weights: [1], bias: [6], types: saturating })).toEqual([7]);
      // bias 3/4 on a grid of whole numbers: 2 + 3/4 rounds to 3
      const finer = { bias: 'fixed<8,6>', out: 'fixed<8,8,RND,SAT>' };
      expect(conv({ x: [2], places: [1, 1], weights: [1], bias: [3], types: finer })).toEqual([3]);
    });

    test('gives each filter its own bias', () => {
      const y = conv({ x: [1], places: [1, 1], filters: 3, weights: [1, 0, 2], bias: [10, 20, 30] });
      expect(y).toEqual([11, 0, 32]);
    });

    test('outputs 0 where all features of the pixel are 0, whatever its neighbours are', () => {
      const weights = Array.from({ length: 9 }, () => 1);
      expect(
        conv({
          x: [0, 7],
          places: [1, 1, 1, 2],
          kernel: 3,
          weights,
          bias: [1],
        }),
      ).toEqual([0, 8]);
    });

    test('does not mute a pixel of which one channel is 0', () => {
      const weights = Array.from({ length: 18 }, () => 1);
      const y = conv({
        x: [0, 1, 7, 7],
        places: [1, 1, 1, 2],
        channels: 2,
        kernel: 3,
        weights,
      });
      expect(y).toEqual([15, 15]);
    });

    test('lets an empty slot count at (1, 1) through its other channels', () => {
      // slot 1 is empty: channel 0 is 0, channel 1 is the first pixel's. It reaches (2,2), and is an output itself.
      const weights = Array.from({ length: 18 }, () => 1);
      const y = conv({
        x: [2, 3, 0, 50],
        places: [2, 2, 1, 1],
        channels: 2,
        kernel: 3,
        weights,
      });
      expect(y).toEqual([55, 55]);
    });

    test('counts both of two slots on one place', () => {
      expect(
        conv({
          x: [2, 3],
          places: [4, 4, 4, 4],
          weights: [10],
        }),
      ).toEqual([50, 50]);
    });

    test('assigns the accumulator to the output type at the end', () => {
      const types = { accumulator: 'int<16>', out: 'fixed<8,8,RND,SAT_SYM>' };
      expect(conv({ x: [100], places: [1, 1], weights: [-3], types })).toEqual([-127]);
    });
  });
}
