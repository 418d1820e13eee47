import { test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { anyFixed } from '../test/arbitraries.ts';
import {
  absolute,
  add,
  addFormat,
  cast,
  compare,
  fixed,
  fromDecimal,
  int,
  maxRaw,
  minRaw,
  multiply,
  multiplyFormat,
  negate,
  negateFormat,
  ofRaw,
  subtract,
  subtractFormat,
  toDecimal,
  ufixed,
  uint,
} from './index.ts';
import type { Fixed, FixedFormat } from './index.ts';

const number = (text: string, format: FixedFormat): Fixed => ({ raw: fromDecimal(text, format), format });
const decimal = ({ raw, format }: Fixed): string => toDecimal(raw, format);

describe('result types', () => {
  test('of sums grow by one bit, and by one more beside a signed type', () => {
    expect(addFormat(fixed(16, 6), fixed(12, 8))).toEqual(fixed(19, 9));
    expect(addFormat(ufixed(8, 8), fixed(8, 8))).toEqual(fixed(10, 10));
    expect(subtractFormat(ufixed(8, 4), ufixed(8, 4))).toEqual(fixed(9, 5));
    expect(addFormat(int(8), uint(8))).toEqual(int(10));
    expect(addFormat(int(8), fixed(8, 8))).toEqual(fixed(9, 9));
  });

  test('of products add widths and integer bits', () => {
    expect(multiplyFormat(fixed(16, 6), ufixed(8, -1))).toEqual(fixed(24, 5));
    expect(multiplyFormat(uint(8), uint(4))).toEqual(uint(12));
  });

  test('of a negative hold the negative of the smallest number', () => {
    expect(negateFormat(fixed(8, 3))).toEqual(fixed(9, 4));
    expect(negateFormat(int(1))).toEqual(int(3));
  });

  test('wider than 1024 bits are refused', () => {
    expect(() => multiplyFormat(fixed(600, 0), fixed(500, 0))).toThrow(
      'width must be 1 to 1024 bits, not 1100',
    );
  });

  propertyTest.prop([anyFixed(), anyFixed()])('hold the sum, difference and product of extremes', (a, b) => {
    for (const x of [minRaw(a.format), maxRaw(a.format)]) {
      for (const y of [minRaw(b.format), maxRaw(b.format)]) {
        for (const operate of [add, subtract, multiply]) {
          const { raw, format } = operate({ raw: x, format: a.format }, { raw: y, format: b.format });
          expect(ofRaw(raw, format).raw).toBe(raw);
        }
      }
    }
  });
});

describe('arithmetic', () => {
  test('is exact', () => {
    const a = number('1.25', fixed(8, 4));
    const b = number('-0.375', fixed(8, 2));
    expect([add(a, b), subtract(a, b), multiply(a, b), negate(a), absolute(b)].map(decimal)).toEqual([
      '0.875',
      '1.625',
      '-0.46875',
      '-1.25',
      '0.375',
    ]);
  });

  propertyTest.prop([anyFixed(), anyFixed()])('does not depend on the order of sum and product', (a, b) => {
    expect(add(a, b)).toEqual(add(b, a));
    expect(multiply(a, b)).toEqual(multiply(b, a));
  });

  propertyTest.prop([anyFixed(100), anyFixed(100), anyFixed(100)])(
    'distributes products over sums',
    (a, b, c) => {
      expect(compare(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(0);
    },
  );

  propertyTest.prop([anyFixed(), anyFixed()])('takes away what it added', (a, b) => {
    expect(compare(subtract(add(a, b), b), a)).toBe(0);
    expect(compare(add(a, negate(b)), subtract(a, b))).toBe(0);
  });

  propertyTest.prop([anyFixed()])('gives an absolute value of either sign', (a) => {
    expect(compare(absolute(a), a) === 0 || compare(absolute(a), negate(a)) === 0).toBe(true);
    expect(absolute(a).raw).toBeGreaterThanOrEqual(0n);
  });
});

test('a compound assignment is the cast of the exact result', () => {
  const sum = number('7.5', fixed(8, 4, 'RND', 'SAT'));
  expect(decimal(cast(add(sum, number('1', fixed(8, 4))), sum.format))).toBe('7.9375');
});

test('a negative number without integer bits becomes -1 as an ap_int', () => {
  expect(cast(number('-0.25', fixed(8, 0)), int(4)).raw).toBe(-1n);
  expect(cast(number('-0.25', fixed(8, 1)), int(4)).raw).toBe(0n);
});

test('a raw integer out of range is refused', () => {
  expect(() => ofRaw(128n, fixed(8, 2))).toThrow('raw integer 128 does not fit fixed<8,2>');
});
