import fc from 'fast-check';
import { castRaw, fixed, type FixedFormat, OVERFLOWS, ROUNDINGS, ufixed } from 'fixed-point-ts';
import { describe, expect, test } from 'vitest';
import { prepareCircuit, readView } from '../../cycles/evaluate-circuit.ts';
import { CircuitBuilder, compose, type Circuit, printCircuit, type View } from './index.ts';

/** Values of one output for one input array. */
function valuesOf(
  make: (b: CircuitBuilder, x: View) => View,
  input: readonly number[],
  lo: number,
  hi: number,
): number[] {
  const b = new CircuitBuilder('test', 8);
  const x = b.input('x', [input.length], { lo, hi });
  b.stage('only');
  const circuit: Circuit = b.finish([make(b, x)]);
  const values = prepareCircuit(circuit)([input]);
  for (const node of circuit.nodes) {
    for (const value of values[node.id]) {
      expect(value).toBeGreaterThanOrEqual(node.range.lo);
      expect(value).toBeLessThanOrEqual(node.range.hi);
    }
  }
  return readView(circuit.outputs[0], values);
}

const format: fc.Arbitrary<FixedFormat> = fc
  .tuple(
    fc.boolean(),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: -2, max: 12 }),
    fc.constantFrom(...ROUNDINGS),
    fc.constantFrom(...OVERFLOWS.filter((mode) => mode !== 'WRAP_SM')),
  )
  .map(([signed, width, integerBits, rounding, overflow]) =>
    (signed ? fixed : ufixed)(width, integerBits, rounding, overflow),
  );

describe('a composed operation', () => {
  test('cast assigns as fixed-point-ts does, for every rounding and overflow mode', () => {
    fc.assert(
      fc.property(
        format,
        fc.integer({ min: -2, max: 9 }),
        fc.array(fc.integer({ min: -2048, max: 2047 }), { minLength: 1, maxLength: 8 }),
        (to, frac, input) => {
          const got = valuesOf((b, x) => compose.cast(b, x, frac, to), input, -2048, 2047);
          expect(got).toEqual(input.map((raw) => Number(castRaw(BigInt(raw), frac, to))));
        },
      ),
      { numRuns: 600 },
    );
  });

  test('prefix sum, sum, maximum and popcount are what they say', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 }), (input) => {
        let total = 0;
        const running = input.map((value) => (total += value));
        expect(valuesOf((b, x) => compose.prefixSum(b, x), input, -50, 50)).toEqual(running);
        expect(valuesOf((b, x) => compose.sum(b, x, 0), input, -50, 50)).toEqual([total]);
        expect(valuesOf((b, x) => compose.maximum(b, x, 0), input, -50, 50)).toEqual([Math.max(...input)]);
        const set = input.filter((value) => value > 3).length;
        expect(valuesOf((b, x) => compose.popcount(b, b.less(b.constant([3]), x)), input, -50, 50)).toEqual([
          set,
        ]);
      }),
    );
  });

  test('a table counts its rows from the smallest index, also a negative one', () => {
    const rows = Array.from({ length: 11 }, (_, index) => 100 + index);
    expect(valuesOf((b, x) => b.table(x, rows), [-5, 0, 5], -5, 5)).toEqual([100, 105, 110]);
  });
});

describe('beats', () => {
  test('serialise and collect are inverse, and accumulate sums over the beats', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        (beats, perBeat, seed) => {
          const input = Array.from({ length: beats * perBeat }, (_, index) => (seed + index * 37) % 64);
          const asMatrix = (x: View): View => ({ ...x, shape: [beats, perBeat], strides: [perBeat, 1] });
          expect(valuesOf((b, x) => b.collect(b.serialise(asMatrix(x))), input, 0, 63)).toEqual(input);
          const sums = Array.from({ length: perBeat }, (_, lane) =>
            input.filter((_, index) => index % perBeat === lane).reduce((a, value) => a + value, 0),
          );
          expect(valuesOf((b, x) => b.accumulate(b.serialise(asMatrix(x))), input, 0, 63)).toEqual(sums);
        },
      ),
    );
  });

  test('operands that come in different numbers of beats are refused', () => {
    const b = new CircuitBuilder('test', 8);
    const x = b.input('x', [6], { lo: 0, hi: 1 });
    const two = b.serialise({ ...x, shape: [2, 3], strides: [3, 1] });
    const three = b.serialise({ ...x, shape: [3, 2], strides: [2, 1] });
    expect(() => b.add(two, { ...three, shape: [1], strides: [1] })).toThrow('2 and 3 beats');
  });
});

test('the text form shows operations, views, ranges and beats', () => {
  const b = new CircuitBuilder('mac', 4);
  const x = b.input('x', [2, 2], { lo: 0, hi: 3 });
  b.stage('sum');
  const products = b.multiply(b.serialise(x), b.constant([1, -2]));
  const circuit = b.finish([b.accumulate(products)]);
  expect(printCircuit(circuit)).toBe(
    [
      'circuit mac interval 4',
      '  %0 = input x : [2, 2] x 0..3',
      'stage sum',
      '  %1 = serialise %0 : [2] x 0..3, 2 beats',
      '  %2 = constant {1 -2} : [2] x -2..1',
      '  %3 = multiply %1 %2 : [2] x -6..3, 2 beats',
      '  %4 = accumulate %3 : [2] x -12..6',
      'output %4',
      '',
    ].join('\n'),
  );
});
