import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyFormat } from '../test/arbitraries.ts';
import { castRaw, fixed, fracBits, fromNumber, maxRaw, minRaw, toNumber, ufixed } from './index.ts';
import type { FixedFormat, Overflow, Rounding } from './index.ts';

const assigned = (value: number, to: FixedFormat): number => toNumber(fromNumber(value, to), to);

describe('the quantization examples of UG1399', () => {
  test.each<[Rounding, number, number]>([
    ['RND', 1.25, 1.5],
    ['RND', -1.25, -1],
    ['RND_ZERO', 1.25, 1],
    ['RND_ZERO', -1.25, -1],
    ['RND_MIN_INF', 1.25, 1],
    ['RND_MIN_INF', -1.25, -1.5],
    ['RND_INF', 1.25, 1.5],
    ['RND_INF', -1.25, -1.5],
    ['RND_CONV', 0.75, 1],
    ['RND_CONV', -1.25, -1],
    ['TRN', 1.25, 1],
    ['TRN', -1.25, -1.5],
    ['TRN_ZERO', 1.25, 1],
    ['TRN_ZERO', -1.25, -1],
  ])('ap_fixed<3,2,AP_%s,AP_SAT> = %d yields %d', (rounding, value, expected) => {
    expect(assigned(value, fixed(3, 2, rounding, 'SAT'))).toBe(expected);
  });
});

describe('the overflow examples of UG1399', () => {
  test.each<[Overflow, number, number]>([
    ['SAT', 19, 7],
    ['SAT', -19, -8],
    ['SAT_ZERO', 19, 0],
    ['SAT_ZERO', -19, 0],
    ['SAT_SYM', 19, 7],
    ['SAT_SYM', -19, -7],
    ['WRAP', 31, -1],
    ['WRAP', -19, -3],
    ['WRAP_SM', 19, -4],
    ['WRAP_SM', -19, 2],
  ])('ap_fixed<4,4,AP_RND,AP_%s> = %d yields %d', (overflow, value, expected) => {
    expect(assigned(value, fixed(4, 4, 'RND', overflow))).toBe(expected);
  });

  test.each<[Overflow, number, number]>([
    ['SAT', 19, 15],
    ['SAT', -19, 0],
    ['SAT_ZERO', 19, 0],
    ['SAT_ZERO', -19, 0],
    ['SAT_SYM', 19, 15],
    ['SAT_SYM', -19, 0],
    ['WRAP', 19, 3],
    ['WRAP', -19, 13],
  ])('ap_ufixed<4,4,AP_RND,AP_%s> = %d yields %d', (overflow, value, expected) => {
    expect(assigned(value, ufixed(4, 4, 'RND', overflow))).toBe(expected);
  });
});

const anyNumber = fc.record({
  raw: fc.oneof(fc.bigInt({ min: -(1n << 200n), max: 1n << 200n }), fc.bigInt({ min: -64n, max: 64n })),
  frac: fc.integer({ min: -40, max: 240 }),
});

describe('a cast', () => {
  propertyTest.prop([anyNumber, anyFormat()])('stays within the range of its type', ({ raw, frac }, to) => {
    const cast = castRaw(raw, frac, to);
    expect(cast).toBeGreaterThanOrEqual(minRaw(to));
    expect(cast).toBeLessThanOrEqual(maxRaw(to));
  });

  propertyTest.prop([anyNumber, anyFormat()])('changes nothing when repeated', ({ raw, frac }, to) => {
    const once = castRaw(raw, frac, to);
    expect(castRaw(once, fracBits(to), to)).toBe(once);
  });

  propertyTest.prop([anyNumber, anyFormat()])(
    'depends on the number, not on how it is written',
    ({ raw, frac }, to) => {
      expect(castRaw(raw << 7n, frac + 7, to)).toBe(castRaw(raw, frac, to));
    },
  );

  propertyTest.prop([anyNumber, fc.integer({ min: -20, max: 60 })])(
    'to WRAP keeps the number modulo 2^W',
    ({ raw, frac }, integerBits) => {
      const to = fixed(24, integerBits);
      const wide = fixed(1000, 1000 - fracBits(to));
      expect(BigInt.asIntN(24, castRaw(raw, frac, wide))).toBe(castRaw(raw, frac, to));
    },
  );
});

describe('rounding', () => {
  const wide = (rounding: Rounding): FixedFormat => fixed(600, 600, rounding, 'SAT');
  const small = fc.record({
    raw: fc.bigInt({ min: -4096n, max: 4096n }),
    frac: fc.integer({ min: 0, max: 12 }),
  });

  propertyTest.prop([small, fc.constantFrom<Rounding>('TRN_ZERO', 'RND_ZERO', 'RND_INF', 'RND_CONV')])(
    'towards zero, to infinity and to even treats both signs alike',
    ({ raw, frac }, rounding) => {
      expect(castRaw(-raw, frac, wide(rounding))).toBe(-castRaw(raw, frac, wide(rounding)));
    },
  );

  propertyTest.prop([small])('up at ties mirrors rounding down at ties', ({ raw, frac }) => {
    expect(castRaw(-raw, frac, wide('RND'))).toBe(-castRaw(raw, frac, wide('RND_MIN_INF')));
  });

  propertyTest.prop([
    small,
    fc.constantFrom<Rounding>('RND', 'RND_ZERO', 'RND_INF', 'RND_MIN_INF', 'RND_CONV'),
  ])('to nearest errs by at most one half', ({ raw, frac }, rounding) => {
    const error = (castRaw(raw, frac, wide(rounding)) << BigInt(frac)) - raw;
    expect(2n * (error < 0n ? -error : error)).toBeLessThanOrEqual(1n << BigInt(frac));
  });
});

test('a shift far past the width costs nothing and loses nothing of the overflow', () => {
  expect(castRaw(-1n, -60_000, fixed(8, 8, 'TRN', 'SAT'))).toBe(-128n);
  expect(castRaw(-1n, -60_000, fixed(8, 8))).toBe(0n);
  expect(castRaw(-1n, 60_000, fixed(8, 8))).toBe(-1n);
});

test('saturated bits show the sign of what overflowed', () => {
  expect(castRaw(200n, 0, fixed(8, 8, 'TRN', 'WRAP', 1))).toBe(72n);
  expect(castRaw(200n, 0, fixed(8, 8, 'TRN', 'WRAP', 3))).toBe(104n);
  expect(castRaw(-200n, 0, ufixed(8, 8, 'TRN', 'WRAP', 2))).toBe(248n);
});
