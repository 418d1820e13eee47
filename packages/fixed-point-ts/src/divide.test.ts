import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  compare,
  divide,
  divideFormat,
  fixed,
  fromDecimal,
  int,
  multiply,
  ofRaw,
  remainder,
  remainderFormat,
  subtract,
  toDecimal,
  ufixed,
  uint,
} from './index.ts';
import type { Fixed, FixedFormat } from './index.ts';

const number = (text: string, format: FixedFormat): Fixed => ({ raw: fromDecimal(text, format), format });

describe('division', () => {
  test('has the fraction of the dividend', () => {
    expect(divideFormat(fixed(16, 6), fixed(8, 3))).toEqual(fixed(22, 12));
    expect(divideFormat(ufixed(8, 4), ufixed(8, 10))).toEqual(ufixed(8, 2));
    expect(divideFormat(uint(8), int(4))).toEqual(int(9));
  });

  test('cuts the quotient towards zero', () => {
    const [one, three] = [number('1', fixed(8, 4)), number('3', fixed(8, 4))];
    expect(toDecimal(divide(one, three).raw, divide(one, three).format)).toBe('0.3125');
    expect(divide(number('-1', fixed(8, 4)), three).raw).toBe(-5n);
  });

  test('of the smallest number by minus one raw unit wraps, as the headers do', () => {
    const [a, b] = [fixed(16, 3), fixed(2, 5)];
    expect(divide(ofRaw(-32768n, a), ofRaw(-1n, b)).raw).toBe(-32768n);
  });

  test('of a negative integer by a wider unsigned one reads it as unsigned, as the headers do', () => {
    // Both meet in 30 unsigned bits: (2^30 - 10464) / 181611178 = 5.9...
    expect(divide(ofRaw(-10464n, int(16)), ofRaw(181611178n, uint(29))).raw).toBe(5n);
    expect(remainder(ofRaw(-10464n, int(16)), ofRaw(181611178n, uint(29))).raw).toBe(462n);
  });

  test('by zero is refused', () => {
    expect(() => divide(number('1', fixed(8, 4)), number('0', fixed(8, 4)))).toThrow('division by zero');
    expect(() => remainder(ofRaw(1n, int(4)), ofRaw(0n, int(4)))).toThrow('division by zero');
  });

  propertyTest.prop([
    fc.bigInt({ min: 0n, max: (1n << 60n) - 1n }),
    fc.bigInt({ min: 1n, max: (1n << 40n) - 1n }),
  ])('of unsigned numbers leaves less than the divisor', (x, y) => {
    const [a, b] = [ofRaw(x, ufixed(60, 30)), ofRaw(y, ufixed(40, 10))];
    const rest = subtract(a, multiply(divide(a, b), b));
    expect(compare(rest, ofRaw(0n, a.format))).toBeGreaterThanOrEqual(0);
    // One unit of the quotient more would be too much.
    const unit = ofRaw(1n, divideFormat(a.format, b.format));
    expect(compare(rest, multiply(unit, b))).toBe(-1);
  });
});

describe('remainder', () => {
  test('has the type of the dividend, or of a narrower divisor', () => {
    expect(remainderFormat(int(8), int(12))).toEqual(int(8));
    expect(remainderFormat(int(12), uint(8))).toEqual(int(9));
    expect(remainderFormat(uint(12), int(8))).toEqual(uint(8));
  });

  propertyTest.prop([
    fc.bigInt({ min: -(1n << 40n), max: (1n << 40n) - 1n }),
    fc.bigInt({ min: 1n, max: 1n << 30n }),
  ])('and quotient give the dividend back', (x, y) => {
    const [a, b] = [ofRaw(x, int(41)), ofRaw(y, int(32))];
    expect(compare(add(multiply(divide(a, b), b), remainder(a, b)), a)).toBe(0);
  });

  test('of ap_fixed is refused: C++ has none', () => {
    const message = 'remainder needs ap_int or ap_uint, not ap_fixed<8,4>: ap_fixed has no operator %';
    expect(() => remainderFormat(fixed(8, 4), int(8))).toThrow(message);
  });
});
