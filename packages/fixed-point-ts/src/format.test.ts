import { describe, expect, test } from 'vitest';
import {
  FormatError,
  fixed,
  fracBits,
  int,
  isInt,
  maxRaw,
  minRaw,
  sameFormat,
  ufixed,
  uint,
} from './index.ts';

describe('a format', () => {
  test('has the limits of two’s complement', () => {
    expect([minRaw(fixed(8, 3)), maxRaw(fixed(8, 3))]).toEqual([-128n, 127n]);
    expect([minRaw(ufixed(8, 3)), maxRaw(ufixed(8, 3))]).toEqual([0n, 255n]);
    expect([minRaw(fixed(1, 1)), maxRaw(fixed(1, 1))]).toEqual([-1n, 0n]);
    expect(maxRaw(ufixed(1024, 0))).toBe(2n ** 1024n - 1n);
  });

  test('may have its binary point outside its bits', () => {
    expect(fracBits(fixed(4, -2))).toBe(6);
    expect(fracBits(fixed(4, 9))).toBe(-5);
  });

  test('of an integer cuts fractions towards zero, as ap_int does', () => {
    expect(int(8)).toEqual({ ...fixed(8, 8, 'TRN_ZERO', 'WRAP'), integer: true });
    expect(isInt(uint(8))).toBe(true);
    expect(isInt(fixed(8, 8, 'TRN_ZERO'))).toBe(false);
    expect(sameFormat(int(8), fixed(8, 8, 'TRN_ZERO'))).toBe(false);
  });

  test('equals another only in every part', () => {
    expect(sameFormat(fixed(8, 4), fixed(8, 4))).toBe(true);
    expect(sameFormat(fixed(8, 4), ufixed(8, 4))).toBe(false);
    expect(sameFormat(fixed(8, 4, 'TRN', 'WRAP', 1), fixed(8, 4))).toBe(false);
  });

  test.each([
    ['FMT001', () => fixed(0, 0), 'width must be 1 to 1024 bits, not 0'],
    ['FMT001', () => fixed(1025, 0), 'width must be 1 to 1024 bits, not 1025'],
    ['FMT001', () => ufixed(2.5, 0), 'width must be 1 to 1024 bits, not 2.5'],
    ['FMT002', () => fixed(8, 0.5), 'integer bits must be a whole number within +-65536, not 0.5'],
    ['FMT002', () => fixed(8, 70_000), 'integer bits must be a whole number within +-65536, not 70000'],
    ['FMT003', () => fixed(8, 2, 'TRN', 'WRAP', 9), 'saturation bits must be 0 to 8, not 9'],
    [
      'FMT004',
      () => ufixed(8, 2, 'TRN', 'WRAP_SM'),
      'WRAP_SM needs a signed type: there is no ap_ufixed with AP_WRAP_SM',
    ],
  ])('that no C++ type can be is refused: %s', (code, make, message) => {
    expect(make).toThrow(new FormatError(code, message));
    expect(make).toThrow(expect.objectContaining({ code }) as Error);
  });
});
