import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyFixed, anyFormat } from '../test/arbitraries.ts';
import { castRaw, fixed, fromDecimal, fromNumber, isInt, toDecimal, ufixed } from './index.ts';
import type { FixedFormat } from './index.ts';

describe('decimal text', () => {
  test.each([
    ['0.3', fixed(8, 2), 19n],
    ['-0.3', fixed(8, 2), -20n],
    ['.5', fixed(8, 2), 32n],
    ['1e-3', fixed(16, 2), 16n],
    ['-1.25E+1', fixed(8, 6, 'RND'), -50n],
    ['1e3', fixed(16, 16), 1000n],
    ['0', fixed(8, 2), 0n],
    [' 1.5 ', fixed(8, 2), 96n],
    ['0.49999999999999999999999999999999', fixed(8, 8, 'RND'), 0n],
    ['0.50000000000000000000000000000000001', fixed(8, 8, 'RND_ZERO'), 1n],
    ['-0.5', fixed(8, 8, 'RND_CONV'), 0n],
    ['1.5', fixed(8, 8, 'RND_CONV'), 2n],
    ['1e-90000', fixed(8, 8), 0n],
    ['-1e-90000', fixed(8, 8), -1n],
    ['12345', fixed(8, 20), 3n],
  ])('%s is read exactly and rounded once', (text, format, raw) => {
    expect(fromDecimal(text, format)).toBe(raw);
  });

  test.each([
    [19n, fixed(8, 2), '0.296875'],
    [-128n, fixed(8, 2), '-2'],
    [0n, fixed(8, 2), '0'],
    [1n, fixed(41, 1), '0.0000000000009094947017729282379150390625'],
    [-3n, fixed(8, 12), '-48'],
    [3n, fixed(8, -2), '0.0029296875'],
  ])('of %d is exact', (raw, format, text) => {
    expect(toDecimal(raw, format)).toBe(text);
  });

  propertyTest.prop([anyFixed(400)])('of any number reads back as that number', ({ raw, format }) => {
    // SAT_SYM never yields its smallest number, which a raw integer may well be.
    const reading: FixedFormat = { ...format, overflow: 'WRAP', saturationBits: 0 };
    expect(fromDecimal(toDecimal(raw, format), reading)).toBe(raw);
  });

  propertyTest.prop([
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
    anyFormat(80),
  ])('of a float64, written in full, is assigned as the float64 is', (value, to) => {
    // 1,024 bits hold every float64 of this range.
    const exact = ufixed(1024, 1024 - 970);
    fc.pre(value === 0 || Math.abs(value) > 2 ** -900);
    // There `fromNumber` repeats a quirk of the ap_int constructor from double.
    fc.pre(!(isInt(to) && value < 0 && value > -0.5));
    const text = (value < 0 ? '-' : '') + toDecimal(fromNumber(Math.abs(value), exact), exact);
    expect(fromDecimal(text, to)).toBe(fromNumber(value, to));
  });

  propertyTest.prop([
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    fc.integer({ min: 0, max: 30 }),
    anyFormat(80),
  ])('is assigned as the exact quotient of its digits by a power of ten', (digits, places, to) => {
    // 10^-p = 5^-p x 2^-p; a number and its exact neighbours on a grid 200 bits finer bracket the quotient.
    const fine = (digits << 200n) / 5n ** BigInt(places);
    const isExact = fine * 5n ** BigInt(places) === digits << 200n;
    const sign = digits < 0n ? -1n : 1n;
    const expected = castRaw(2n * fine + (isExact ? 0n : sign), 201 + places, to);
    expect(fromDecimal(`${digits}e-${places}`, to)).toBe(expected);
  });

  test.each(['', 'abc', '1,5', '0x10', 'NaN', 'Infinity', '1e', '--1'])("'%s' is refused", (text) => {
    expect(() => fromDecimal(text, fixed(8, 8))).toThrow(`'${text}' is not a decimal number`);
    expect(() => fromDecimal(text, fixed(8, 8))).toThrow(
      expect.objectContaining({ code: 'DEC001' }) as Error,
    );
  });

  test('with an exponent beyond 100,000 is refused', () => {
    expect(() => fromDecimal('1e100001', fixed(8, 8))).toThrow(
      "the exponent of '1e100001' is beyond +-100000",
    );
  });
});
