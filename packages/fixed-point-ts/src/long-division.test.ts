import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { longDivision } from './long-division.ts';

propertyTest.prop([fc.bigInt({ min: 0n, max: 1n << 400n }), fc.bigInt({ min: 1n, max: (1n << 32n) - 1n })])(
  'a divisor of one word gives the true quotient and remainder',
  (a, b) => {
    expect(longDivision(a, b)).toEqual({ quotient: a / b, remainder: a % b });
  },
);

/** Digits far from the ends of their range, so that the first guess of a quotient digit is never one too large. */
const plain = (words: number): fc.Arbitrary<bigint> =>
  fc
    .array(fc.bigInt({ min: 1n << 24n, max: 1n << 30n }), { minLength: words, maxLength: words })
    .map((list) => list.reduce((value, word) => (value << 32n) | word, 0n));

propertyTest.prop([fc.tuple(plain(7), plain(3))])(
  'a product plus a small rest divides back to its factor',
  ([factor, divisor]) => {
    const { quotient, remainder } = longDivision(factor * divisor + 5n, divisor);
    expect([quotient, remainder]).toEqual([factor, 5n]);
  },
);

test('a guess one too large spoils the digits after it, as in the headers', () => {
  // Operands found by the differential test: 2^72 x 2^179 / (2^66 + 1).
  const a = 1n << 251n;
  const b = (1n << 66n) + 1n;
  expect(longDivision(a, b).quotient).not.toBe(a / b);
  expect(longDivision(a, b).quotient >> 128n).toBe((a / b) >> 128n);
});
