import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyFixed } from '../test/arbitraries.ts';
import {
  fixed,
  fracBits,
  fromFloat32,
  fromNumber,
  int,
  toDecimal,
  toFloat32,
  toNumber,
  ufixed,
  uint,
} from './index.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
/** Wide enough for every bit of the numbers near 1, of the largest, and of the smallest. */
const middle = fixed(1024, 400);
const largest = fixed(1024, 1025);
const smallest = fixed(1024, 1024 - 1074);

describe('float64', () => {
  propertyTest.prop([finite])('keeps every bit of a number that fits', (value) => {
    fc.pre(Math.abs(value) < 2 ** 398 && (value === 0 || Math.abs(value) > 2 ** -500));
    expect(toNumber(fromNumber(value, middle), middle)).toBe(value + 0);
  });

  test('keeps the largest number, the smallest normal one and every denormal bit', () => {
    expect(fromNumber(Number.MAX_VALUE, largest)).toBe((2n ** 53n - 1n) << 970n);
    expect(fromNumber(2 ** -1022, smallest)).toBe(1n << 52n);
    expect(fromNumber(Number.MIN_VALUE, smallest)).toBe(1n);
    expect(fromNumber(-3 * Number.MIN_VALUE, smallest)).toBe(-3n);
    expect(toNumber(3n, smallest)).toBe(3 * Number.MIN_VALUE);
  });

  test('rounds a denormal like any other number', () => {
    expect(fromNumber(Number.MIN_VALUE, fixed(8, 8, 'RND'))).toBe(0n);
    expect(fromNumber(-Number.MIN_VALUE, fixed(8, 8))).toBe(-1n);
    expect(fromNumber(-Number.MIN_VALUE, fixed(8, 8, 'TRN_ZERO'))).toBe(0n);
  });

  test.each([NaN, Infinity, -Infinity])('%d is refused', (value) => {
    const message = `${value} has no fixed-point value; only finite numbers can be converted`;
    expect(() => fromNumber(value, fixed(8, 8))).toThrow(message);
    expect(() => fromNumber(value, fixed(8, 8))).toThrow(
      expect.objectContaining({ code: 'FLT001' }) as Error,
    );
  });

  propertyTest.prop([anyFixed(300)])('is the nearest to the exact decimal value', ({ raw, format }) => {
    expect(toNumber(raw, format) + 0).toBe(Number(toDecimal(raw, format)) + 0);
  });

  propertyTest.prop([fc.bigInt({ min: -(1n << 80n), max: 1n << 80n }), fc.integer({ min: 960, max: 1160 })])(
    'is the nearest also among denormals and around zero',
    (raw, frac) => {
      const format = fixed(82, 82 - frac);
      expect(toNumber(raw, format) + 0).toBe(Number(toDecimal(raw, format)) + 0);
    },
  );

  test('of a number beyond its range is an infinity', () => {
    expect(toNumber(1n, fixed(8, 1032))).toBe(Infinity);
    expect(toNumber(-1n, fixed(8, 1032))).toBe(-Infinity);
    expect(toNumber(-1n, fixed(8, 1031))).toBe(-(2 ** 1023));
    expect(toNumber(2n ** 1024n - 1n, ufixed(1024, 1024))).toBe(Infinity);
  });
});

describe('float32', () => {
  propertyTest.prop([fc.float({ noNaN: true, noDefaultInfinity: true })])(
    'keeps every bit, denormals too',
    (value) => {
      const format = fixed(300, 130);
      expect(fracBits(format)).toBeGreaterThan(149);
      expect(toFloat32(fromFloat32(value, format), format)).toBe(value + 0);
    },
  );

  test('is what a float64 is rounded to first', () => {
    expect(fromFloat32(0.1, fixed(64, 4))).toBe(fromNumber(13421773 / 2 ** 27, fixed(64, 4)));
  });

  test('rounds the exact value once, not first to float64', () => {
    // Just above the middle of 1 and its successor; float64 drops the excess and would leave a tie.
    const raw = (1n << 80n) + (1n << 56n) + 1n;
    expect(toFloat32(raw, fixed(90, 10))).toBe(1 + 2 ** -23);
    expect(Math.fround(toNumber(raw, fixed(90, 10)))).toBe(1);
  });

  test.each([NaN, Infinity, 1e39])('%d is refused', (value) => {
    expect(() => fromFloat32(value, fixed(8, 8))).toThrow(
      expect.objectContaining({ code: 'FLT001' }) as Error,
    );
  });
});

test('an ap_int takes a number just below zero for 1, as the headers do', () => {
  expect([-0.75, -0.5, -0.25, -1e-9, 0.25].map((value) => fromNumber(value, int(8)))).toEqual([
    0n,
    0n,
    1n,
    1n,
    0n,
  ]);
  expect(fromNumber(-0.25, uint(8))).toBe(1n);
  expect(fromNumber(-0.25, fixed(8, 8, 'TRN_ZERO'))).toBe(0n);
});
