import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CircuitBuilder } from '../../pipeline/circuit/index.ts';
import { prepareCircuit, readView } from '../../cycles/index.ts';
import { divide, reciprocalOf } from './division.ts';

test('a reciprocal gives every quotient that BigInt division gives, at the borders of each step too', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 ** 22 }), (divisor, most) => {
      const { multiplier, shift } = reciprocalOf(divisor, most);
      const steps = [0, 1, Math.floor(most / (2 * divisor)), Math.floor(most / divisor)];
      const values = steps.flatMap((step) => [step * divisor - 1, step * divisor, step * divisor + 1]);
      for (const value of [...values, most].filter((n) => n >= 0 && n <= most)) {
        expect((BigInt(value) * BigInt(multiplier)) >> BigInt(shift)).toBe(BigInt(value) / BigInt(divisor));
      }
    }),
    { numRuns: 2000 },
  );
});

test('division in a circuit truncates toward zero on both sides of it', () => {
  const values = Array.from({ length: 401 }, (_, index) => index - 200);
  for (const divisor of [1, 2, 3, 4, 7, 9, 49]) {
    const b = new CircuitBuilder('divide', 1);
    const x = b.input('x', [values.length], { lo: -200, hi: 200 });
    const circuit = b.finish([divide(b, x, divisor)]);
    const results = readView(circuit.outputs[0], prepareCircuit(circuit)([values]));
    expect(results.map((result) => result + 0)).toEqual(
      values.map((value) => Number(BigInt(value) / BigInt(divisor))),
    );
  }
});

test('a reciprocal beyond 53 bits is refused', () => {
  expect(() => reciprocalOf(49, 2 ** 40)).toThrow(RangeError);
});
