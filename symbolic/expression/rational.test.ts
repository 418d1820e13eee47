import { test as property, fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { exactDecimal } from './print-infix.ts';
import {
  addRational,
  multiplyRational,
  rational,
  rationalFromDecimal,
  rationalFromNumber,
  rationalToNumber,
} from './rational.ts';

property.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])(
  'a double survives the way to a rational and back',
  (value) => {
    expect(rationalToNumber(rationalFromNumber(value)) + 0).toBe(value + 0);
  },
);

property.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])(
  'a decimal is rounded to the double that JavaScript reads',
  (value) => {
    for (const text of [String(value), value.toPrecision(21), value.toExponential(30)]) {
      expect(rationalToNumber(rationalFromDecimal(text)) + 0).toBe(Number(text) + 0);
    }
  },
);

property.prop([fc.bigInt(), fc.bigInt({ min: 1n }), fc.bigInt(), fc.bigInt({ min: 1n })])(
  'sums and products are those of fractions in lowest terms',
  (a, b, c, d) => {
    const [p, q] = [rational(a, b), rational(c, d)];
    const sum = addRational(p, q);
    expect(sum.numerator * b * d).toBe((a * d + c * b) * sum.denominator);
    expect(multiplyRational(p, q)).toEqual(rational(a * c, b * d));
    expect(rational(-a, -b)).toEqual(p);
  },
);

test.each([
  ['5e-324', 5e-324],
  ['2.4703282292062328e-324', 5e-324],
  ['2.470328229206232e-324', 0],
  ['2.2250738585072011e-308', 2.225073858507201e-308],
  ['9007199254740993', 9007199254740992],
  ['9007199254740993.00000000000000000001', 9007199254740994],
  ['1.7976931348623159e308', Infinity],
])('%s, a hard case of rounding, becomes %d', (text, expected) =>
  expect(rationalToNumber(rationalFromDecimal(text))).toBe(expected),
);

property.prop([fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 40 })])(
  'the decimal of a rational is exact',
  (digits, places) => {
    const value = rational(digits, 10n ** BigInt(places));
    expect(rationalFromDecimal(exactDecimal(value)!)).toEqual(value);
  },
);

test('what is no finite decimal has none', () => {
  expect(exactDecimal(rational(1n, 3n))).toBeUndefined();
  expect(() => rationalFromDecimal('1.2.3')).toThrow('no decimal');
  expect(() => rational(1n, 0n)).toThrow('denominator');
});
