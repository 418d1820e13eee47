/** Activations and flatten against values worked out by hand from the rules of hls4ml's kernels. */
import { parseFormat } from 'fixed-point-ts';
import { describe, expect, test } from 'vitest';
import type { Evaluator } from './evaluator.ts';
import { type OneLayer, runLayer } from './one-layer.ts';

const dialect = 'hls4ml-1.0.0';

export function activationsSuite(evaluator: Evaluator): void {
  const run = (one: OneLayer) => runLayer(evaluator, one).y;

  describe('ReLU', () => {
    const relu = (x: readonly number[], from: string, to: string) =>
      run({
        layer: { name: 'r', kind: 'relu', dialect, inputs: ['x'], outputs: ['y'] },
        inputs: { x: [[x.length], from, x] },
        outputs: { y: [[x.length], to] },
      });

    test('is a quantisation point: ties to even, saturation', () => {
      // halves 0.5 1.5 2.5 and 127.5 into 0..63
      expect(relu([1, 3, 5, 255, -1, 0], 'fixed<16,15>', 'ufixed<6,6,RND_CONV,SAT>')).toEqual([
        0, 2, 2, 63, 0, 0,
      ]);
    });

    test('wraps where the output type wraps', () => {
      expect(relu([17, -17], 'int<8>', 'uint<4>')).toEqual([1, 0]);
    });
  });

  describe('sigmoid', () => {
    const sigmoid = (
      x: readonly number[],
      from: string,
      range: number,
      table: readonly number[],
      to = 'int<8>',
    ) =>
      run({
        layer: { name: 's', kind: 'sigmoid', dialect, inputs: ['x'], outputs: ['y'], table: 't', range },
        inputs: { x: [[x.length], from, x] },
        outputs: { y: [[x.length], to] },
        constants: { t: [[table.length], 'int<8>', table] },
      });
    const counting = Array.from({ length: 8 }, (_, index) => 10 * index); // over [-2, 2): two entries a unit

    test('cuts the index towards zero on both sides', () => {
      // eighths: index = trunc(x 2) + 4; +-0.375 -> 4, 0.5 -> 5, -0.5 -> 3, -0.875 -> 3, 1.25 -> 6
      expect(sigmoid([3, -3, 4, -4, -7, 10], 'fixed<8,5>', 2, counting)).toEqual([40, 40, 50, 30, 30, 60]);
    });

    test('clamps beyond both ends of the table', () => {
      expect(sigmoid([16, 15, 127, -16, -17, -128], 'fixed<8,5>', 2, counting)).toEqual([
        70, 70, 70, 0, 0, 0,
      ]);
    });

    test('reads inputs whose binary point lies right of the word', () => {
      // raw x 4: 0 -> entry 4, 4 and above -> last
      expect(sigmoid([0, 1, -1], 'fixed<4,6>', 2, counting)).toEqual([40, 70, 0]);
    });

    test('assigns the entry to the output type', () => {
      expect(sigmoid([127], 'fixed<8,5>', 2, counting, 'fixed<6,6,TRN,SAT>')).toEqual([31]);
    });
  });

  describe('softmax', () => {
    interface Softmax {
      readonly x: readonly number[];
      readonly type: string;
      readonly difference: string;
      readonly exp: readonly [type: string, entries: readonly number[]];
      readonly inverse: readonly [type: string, entries: readonly number[]];
      readonly out?: string;
    }
    const softmax = ({ x, type, difference, exp, inverse, out = 'int<16>' }: Softmax) =>
      run({
        layer: {
          name: 's',
          kind: 'softmax',
          dialect,
          inputs: ['x'],
          outputs: ['y'],
          difference: parseFormat(difference),
          expTable: 'e',
          inverseTable: 'i',
        },
        inputs: { x: [[x.length], type, x] },
        outputs: { y: [[x.length], out] },
        constants: { e: [[exp[1].length], ...exp], i: [[inverse[1].length], ...inverse] },
      });

    test('addresses the exp table by the top bits of the difference to the largest value', () => {
      // 6 bits, table of 4: index = top 2 bits of the pattern; 0 -> 0, -1 -> 3, -16 -> 3, -17 -> 2, -32 -> 2
      const y = softmax({
        x: [5, 4, -11, -12, -27],
        type: 'int<6>',
        difference: 'fixed<6,6,RND,SAT>',
        exp: ['uint<8>', [7, 99, 2, 3]],
        inverse: ['uint<4>', [1]],
      });
      expect(y).toEqual([7, 3, 3, 2, 2]);
    });

    test('saturates differences that the type cannot hold', () => {
      // 31 - (-32) = 63: the difference is -32 (index 2), not the -63 that would wrap to +1 (index 0)
      const y = softmax({
        x: [31, -32],
        type: 'int<6>',
        difference: 'fixed<6,6,RND,SAT>',
        exp: ['uint<8>', [7, 99, 2, 3]],
        inverse: ['uint<4>', [1]],
      });
      expect(y).toEqual([7, 2]);
    });

    test('addresses the inverse table by the top bits of the saturated sum', () => {
      // exponentials 12 + 12 saturate to 15 of 4 bits: index 3 of 4; a single 12 also has index 3, 7 has index 1
      const tables = {
        exp: ['ufixed<4,4,RND,SAT>', [12, 0, 0, 0]],
        inverse: ['uint<4>', [1, 2, 3, 4]],
      } as const;
      const types = { type: 'int<6>', difference: 'fixed<6,6,RND,SAT>' };
      expect(softmax({ ...types, ...tables, x: [3, 3] })).toEqual([48, 48]);
      const small = { ...tables, exp: ['ufixed<4,4,RND,SAT>', [7, 0, 0, 1]] } as const;
      expect(softmax({ ...types, ...small, x: [3, 2] })).toEqual([21, 3]); // 7 + 1 = 8: index 2
    });

    test('multiplies exactly and assigns the product once', () => {
      // 3/4 x 3/4 = 9/16, in quarters with ties to even: 2.25 -> 2
      const y = softmax({
        x: [0],
        type: 'int<4>',
        difference: 'fixed<4,4,RND,SAT>',
        exp: ['ufixed<4,2>', [3, 0]],
        inverse: ['ufixed<4,2>', [3, 3]],
        out: 'ufixed<8,6,RND_CONV,SAT>',
      });
      expect(y).toEqual([2]);
    });
  });

  describe('flatten', () => {
    test('keeps row-major order and assigns to the output type', () => {
      const y = run({
        layer: { name: 'f', kind: 'flatten', dialect, inputs: ['x'], outputs: ['y'] },
        inputs: { x: [[2, 1, 3], 'int<8>', [1, -2, 3, 40, -50, 60]] },
        outputs: { y: [[6], 'fixed<6,6,TRN,SAT>'] },
      });
      expect(y).toEqual([1, -2, 3, 31, -32, 31]);
    });
  });
}
