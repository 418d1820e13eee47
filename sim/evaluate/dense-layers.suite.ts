/** Dense layers, convolution, pooling and padding against values worked out by hand from the rules of hls4ml's kernels. */
import { parseFormat } from 'fixed-point-ts';
import { describe, expect, test } from 'vitest';
import type { Evaluator } from './evaluator.ts';
import { type OneLayer, runLayer } from './one-layer.ts';

const dialect = 'hls4ml-1.0.0';
const NO_PADDING = { top: 0, bottom: 0, left: 0, right: 0 };

export function denseLayersSuite(evaluator: Evaluator): void {
  const run = (one: OneLayer) => runLayer(evaluator, one).y;

  describe('dense', () => {
    interface Dense {
      readonly x: readonly number[];
      /** [input, output] */
      readonly weights: readonly number[];
      readonly bias: readonly number[];
      readonly types?: { x?: string; weights?: string; bias?: string; accumulator?: string; out?: string };
    }
    const dense = ({ x, weights, bias, types = {} }: Dense) =>
      run({
        layer: {
          name: 'd',
          kind: 'dense',
          dialect,
          inputs: ['x'],
          outputs: ['y'],
          accumulator: parseFormat(types.accumulator ?? 'int<16>'),
          weights: 'w',
          bias: 'b',
        },
        inputs: { x: [[x.length], types.x ?? 'int<8>', x] },
        outputs: { y: [[bias.length], types.out ?? 'int<16>'] },
        constants: {
          w: [[x.length, bias.length], types.weights ?? 'int<8>', weights],
          b: [[bias.length], types.bias ?? 'int<8>', bias],
        },
      });

    test('takes weights in the order input, output', () => {
      expect(dense({ x: [1, 10], weights: [1, 2, 3, 4, 5, 6], bias: [100, 0, -50] })).toEqual([141, 52, 13]);
    });

    test('assigns every product to the accumulator: two small negative products are cut down twice', () => {
      // -3/16 floors to -1 each; their sum -6/16 would floor to -1
      const types = { x: 'fixed<8,6>', weights: 'fixed<8,6>', accumulator: 'fixed<8,8>' };
      expect(dense({ x: [-3, -3], weights: [1, 1], bias: [0], types })).toEqual([-2]);
    });

    test('saturates and rounds a product by itself before it is added', () => {
      // -8..7: 5 x 4 saturates to 7, and -8 + 7 is -1; 20 - 8 would saturate to 7
      const saturating = { accumulator: 'fixed<4,4,TRN,SAT>' };
      expect(dense({ x: [5], weights: [4], bias: [-8], types: saturating })).toEqual([-1]);
      // ties to even: 1/2 rounds to 0, and 1 + 0 is 1; 1 1/2 would round to 2
      const rounding = { weights: 'fixed<8,7>', accumulator: 'fixed<8,8,RND_CONV>' };
      expect(dense({ x: [1], weights: [1], bias: [1], types: rounding })).toEqual([1]);
    });

    test('adds in input order into a saturating accumulator, the bias first', () => {
      const types = { accumulator: 'fixed<4,4,TRN,SAT>' };
      expect(dense({ x: [6, -5], weights: [1, 1], bias: [6], types })).toEqual([2]);
      expect(dense({ x: [-5, 6], weights: [1, 1], bias: [6], types })).toEqual([7]);
    });

    test('wraps the accumulator, product by product', () => {
      const types = { accumulator: 'fixed<4,4>' };
      expect(dense({ x: [7, 3], weights: [1, 1], bias: [0], types })).toEqual([-6]);
      expect(dense({ x: [7], weights: [7], bias: [0], types })).toEqual([1]); // 49 mod 16
    });

    test('wraps an unsigned accumulator that takes a negative product', () => {
      const types = { accumulator: 'uint<8>' };
      expect(dense({ x: [3], weights: [-1], bias: [1], types })).toEqual([254]);
    });

    test('assigns the bias to the accumulator before anything is added', () => {
      // bias 3/4 floors to 0 on a grid of whole numbers
      const types = { bias: 'fixed<8,6>', accumulator: 'int<8>' };
      expect(dense({ x: [1], weights: [2], bias: [3], types })).toEqual([2]);
    });

    test('assigns the accumulator to the result type', () => {
      const types = { accumulator: 'fixed<16,14>', out: 'fixed<6,6,RND_CONV,SAT>' };
      // quarters: 10/4 = 2.5 -> 2, 14/4 = 3.5 -> 4, 400/4 = 100 -> 31
      const quarters = { ...types, x: 'fixed<8,6>' };
      expect(dense({ x: [1], weights: [10, 14, 127], bias: [0, 0, 0], types: quarters })).toEqual([2, 4, 31]);
    });

    test('is exact in an accumulator wider than a number', () => {
      const types = {
        x: 'fixed<32,32>',
        weights: 'fixed<24,24>',
        accumulator: 'fixed<60,60>',
        out: 'fixed<53,53>',
      };
      const weights = [2 ** 20, -(2 ** 20), -1, 1];
      expect(dense({ x: [2 ** 30, 1], weights, bias: [0, 0], types })).toEqual([2 ** 50 - 1, 1 - 2 ** 50]);
    });
  });

  describe('conv2d', () => {
    interface Conv {
      readonly x: readonly number[];
      readonly shape: readonly number[];
      readonly out: readonly number[];
      readonly window: readonly [number, number];
      readonly weights: readonly number[];
      readonly bias: readonly number[];
      readonly stride?: readonly [number, number];
      readonly padding?: typeof NO_PADDING;
      readonly accumulator?: string;
    }
    const conv = ({ x, shape, out, window, weights, bias, ...rest }: Conv) =>
      run({
        layer: {
          name: 'c',
          kind: 'conv2d',
          dialect,
          inputs: ['x'],
          outputs: ['y'],
          window,
          stride: rest.stride ?? [1, 1],
          padding: rest.padding ?? NO_PADDING,
          accumulator: parseFormat(rest.accumulator ?? 'int<32>'),
          weights: 'w',
          bias: 'b',
        },
        inputs: { x: [shape, 'int<16>', x] },
        outputs: { y: [out, 'int<32>'] },
        constants: { w: [[...window, shape[2], out[2]], 'int<8>', weights], b: [[out[2]], 'int<8>', bias] },
      });

    test('takes weights in the order row, column, channel, filter and starts from the bias', () => {
      // one window of 1 x 2 pixels with 2 channels, 2 filters
      const y = conv({
        x: [1, 10, 100, 1000],
        shape: [1, 2, 2],
        out: [1, 1, 2],
        window: [1, 2],
        weights: [1, 2, 3, 4, 5, 6, 7, 8],
        bias: [-1, -2],
      });
      expect(y).toEqual([1 + 30 + 500 + 7000 - 1, 2 + 40 + 600 + 8000 - 2]);
    });

    test('correlates over a window that is taller than wide', () => {
      const x = [1, 2, 3, 4, 5, 6]; // 3 rows of 2
      const y = conv({ x, shape: [3, 2, 1], out: [2, 2, 1], window: [2, 1], weights: [1, 10], bias: [0] });
      expect(y).toEqual([31, 42, 53, 64]);
    });

    test('pads by zeros, each side by itself, and strides by rows and columns', () => {
      const x = [1, 2, 3, 4]; // 2 rows of 2, padded to 3 rows of 4: one row above, two columns to the right
      const y = conv({
        x,
        shape: [2, 2, 1],
        out: [2, 2, 1],
        window: [2, 2],
        weights: [1, 10, 100, 111],
        bias: [5],
        stride: [1, 2],
        padding: { top: 1, bottom: 0, left: 0, right: 2 },
      });
      // windows: rows (0, x0 x1) and (x0 x1, x2 x3) over columns 0-1 and 2-3
      expect(y).toEqual([5 + 100 * 1 + 111 * 2, 5, 5 + 1 + 20 + 300 + 444, 5]);
    });

    test('gives an empty window its bias: nothing is masked', () => {
      const y = conv({
        x: [0, 0],
        shape: [1, 2, 1],
        out: [1, 2, 1],
        window: [1, 1],
        weights: [7],
        bias: [3],
      });
      expect(y).toEqual([3, 3]);
    });

    test('adds in the order row, column, channel into a saturating accumulator', () => {
      const common = {
        shape: [1, 3, 1],
        out: [1, 1, 1],
        window: [1, 3],
        weights: [1, 1, 1],
        bias: [0],
      } as const;
      const accumulator = 'fixed<4,4,TRN,SAT>';
      expect(conv({ ...common, x: [6, 6, -5], accumulator })).toEqual([2]);
      expect(conv({ ...common, x: [6, -5, 6], accumulator })).toEqual([7]);
    });
  });

  describe('average pooling', () => {
    const average = (x: readonly number[], accumulator: string, out = accumulator, from = accumulator) =>
      run({
        layer: {
          name: 'a',
          kind: 'average-pool2d',
          dialect,
          inputs: ['x'],
          outputs: ['y'],
          window: [2, 2],
          stride: [2, 2],
          padding: NO_PADDING,
          accumulator: parseFormat(accumulator),
        },
        inputs: { x: [[2, x.length / 2, 1], from, x] },
        outputs: { y: [[1, Math.floor(x.length / 4), 1], out] },
      });

    test('divides the sum truly and cuts towards zero', () => {
      // windows (1, 2, 1, 3) and (-1, -2, -1, -3); the fifth column is dropped
      expect(average([1, 2, -1, -2, 90, 1, 3, -1, -3, 90], 'int<8>')).toEqual([1, -1]);
    });

    test('sums without overflow before it divides', () => {
      expect(average([255, 255, 255, 255], 'uint<8>')).toEqual([255]);
    });

    test('cuts the quotient on the grid of the accumulator, then rounds to the output type', () => {
      // sixteenths: 15/4 -> 3/16 (not 3.75/16); to eighths, ties to even: 1.5 -> 2
      expect(average([3, 4, 4, 4], 'ufixed<8,4>', 'ufixed<8,5,RND_CONV,SAT>')).toEqual([2]);
      expect(average([4, 6, 5, 5], 'ufixed<8,4>', 'ufixed<8,5,RND_CONV,SAT>')).toEqual([2]); // 5/16 = 2.5 eighths
    });

    test('assigns every element to the accumulator first', () => {
      // 3/4 each: all four are cut to 0
      expect(average([3, 3, 3, 3], 'uint<8>', 'uint<8>', 'ufixed<8,6>')).toEqual([0]);
    });

    test('pools each channel by itself over windows that overlap', () => {
      const y = run({
        layer: {
          name: 'a',
          kind: 'average-pool2d',
          dialect,
          inputs: ['x'],
          outputs: ['y'],
          window: [1, 2],
          stride: [1, 1],
          padding: NO_PADDING,
          accumulator: parseFormat('int<16>'),
        },
        inputs: { x: [[1, 3, 2], 'int<16>', [2, 100, 4, 300, 6, 500]] },
        outputs: { y: [[1, 2, 2], 'int<16>'] },
      });
      expect(y).toEqual([3, 200, 5, 400]);
    });
  });

  describe('maximum pooling', () => {
    test('takes the largest of each channel, negative ones too, and assigns it', () => {
      const y = run({
        layer: {
          name: 'm',
          kind: 'max-pool2d',
          dialect,
          inputs: ['x'],
          outputs: ['y'],
          window: [2, 1],
          stride: [2, 1],
          padding: NO_PADDING,
        },
        inputs: { x: [[2, 2, 2], 'int<8>', [-7, 1, 20, -128, -5, 0, 19, -100]] },
        outputs: { y: [[1, 2, 2], 'fixed<5,5,TRN,SAT>'] },
      });
      expect(y).toEqual([-5, 1, 15, -16]);
    });
  });

  describe('zero padding', () => {
    test('surrounds each channel by raw 0 and assigns values to the output type', () => {
      const y = run({
        layer: {
          name: 'z',
          kind: 'zero-pad2d',
          dialect,
          inputs: ['x'],
          outputs: ['y'],
          padding: { top: 1, bottom: 0, left: 0, right: 1 },
        },
        inputs: { x: [[1, 2, 2], 'fixed<8,6>', [4, 6, -6, 120]] },
        outputs: { y: [[2, 3, 2], 'fixed<4,4,RND,SAT>'] },
      });
      expect(y).toEqual([0, 0, 0, 0, 0, 0, 1, 2, -1, 7, 0, 0]);
    });
  });
}
