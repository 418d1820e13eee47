import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyFormat } from '../test/arbitraries.ts';
import { OVERFLOWS, ROUNDINGS, castNumber, castRaw, fixed, numberCaster, planCast } from './index.ts';

const safeInteger = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -64, max: 64 }));

propertyTest.prop([safeInteger, fc.integer({ min: -90, max: 120 }), anyFormat(53)], { numRuns: 3000 })(
  'the number path equals the BigInt path for every type of at most 53 bits',
  (value, frac, to) => {
    const cast = numberCaster(frac, to)(value);
    expect(cast).toBe(Number(castRaw(BigInt(value), frac, to)));
  },
);

test('every pair of modes agrees at ties, next to them and at the edges of the range', () => {
  const corners = [1, 2, 3, 7, 8, 9, 126, 127, 128, 129, 255, 256, 257].flatMap((n) =>
    [-2, -1, 0, 1, 2].map((delta) => n * 16 + 8 * (n % 2) + delta),
  );
  for (const rounding of ROUNDINGS) {
    for (const overflow of OVERFLOWS) {
      const to = fixed(8, 8, rounding, overflow);
      for (const value of [...corners, ...corners.map((corner) => -corner)]) {
        expect(castNumber(value, planCast(4, to))).toBe(Number(castRaw(BigInt(value), 4, to)));
      }
    }
  }
});

test.each(ROUNDINGS)('%s tells a number next to minus one half from minus one half', (rounding) => {
  const to = fixed(53, 53, rounding, 'SAT');
  const value = -Number.MAX_SAFE_INTEGER;
  for (const frac of [52, 53, 54, 55]) {
    expect(numberCaster(frac, to)(value)).toBe(Number(castRaw(BigInt(value), frac, to)));
  }
});

test('a type wider than 53 bits is refused', () => {
  expect(() => planCast(0, fixed(54, 54))).toThrow(expect.objectContaining({ code: 'CST001' }) as Error);
});
