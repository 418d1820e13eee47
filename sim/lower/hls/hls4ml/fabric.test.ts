import { describe, expect, test } from 'vitest';
import { fabricOf } from './fabric.ts';

const { sumCycles, reluCycles, softmaxCycles } = fabricOf('xc7z007s-clg225-2');
const [fast, slow] = [0.875 * 3.33, 0.875 * 5];

/** Reported cycles (Vitis HLS 2021.1, xc7z007s): inputs of a dense layer, usable period, cycles. */
const DENSE = [
  [16, fast, 6],
  [64, fast, 8],
  [32, fast, 7],
  [21, fast, 6],
  [20, slow, 4],
  [64, slow, 5],
  [56, slow, 5],
  [32, slow, 5],
] as const;
const SOFTMAX = [
  [3, fast, 13],
  [5, fast, 16],
  [6, slow, 12],
  [10, slow, 14],
] as const;

describe('a 7 series part', () => {
  test.each(DENSE)('sums %i products at %f ns in the reported %i cycles', (terms, budgetNs, cycles) => {
    expect(sumCycles(terms, false, budgetNs)).toBe(cycles);
  });

  test.each([
    [196, 48],
    [561, 192],
  ])('chains the sum of %i products, within an eighth of the reported %i cycles', (terms, cycles) => {
    expect(Math.abs(sumCycles(terms, false, slow) / cycles - 1)).toBeLessThan(1 / 8);
  });

  test.each(SOFTMAX)(
    'has softmax of %i values at %f ns in the reported %i cycles',
    (size, budgetNs, cycles) => {
      expect(softmaxCycles(Math.ceil(Math.log2(size)), budgetNs)).toBe(cycles);
    },
  );

  test('has a ReLU of one cycle at 3.33 ns and of none at 5 ns, as reported', () => {
    expect([reluCycles(fast), reluCycles(slow)]).toEqual([1, 0]);
  });
});

test('UltraScale+ has softmax of five to eight values in five cycles, as reported', () => {
  expect(fabricOf('xcu250-figd2104-2L-e').softmaxCycles(3, 3.65)).toBe(5);
});
