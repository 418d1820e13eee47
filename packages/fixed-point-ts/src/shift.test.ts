import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyFixed } from '../test/arbitraries.ts';
import {
  compare,
  fixed,
  multiply,
  ofRaw,
  scaleByPowerOfTwo,
  shiftLeft,
  shiftRight,
  ufixed,
} from './index.ts';

test('a shift keeps the type and loses the bits that leave it', () => {
  const a = ofRaw(100n, fixed(8, 4, 'RND', 'SAT'));
  expect(shiftLeft(a, 1)).toEqual({ raw: -56n, format: a.format });
  expect(shiftRight(a, 3)).toEqual({ raw: 12n, format: a.format });
  expect(shiftLeft(a, 8).raw).toBe(0n);
});

test('a right shift fills with the sign', () => {
  expect(shiftRight(ofRaw(-5n, fixed(8, 4)), 1).raw).toBe(-3n);
  expect(shiftRight(ofRaw(-5n, fixed(8, 4)), 100).raw).toBe(-1n);
  expect(shiftRight(ofRaw(200n, ufixed(8, 4)), 4).raw).toBe(12n);
});

propertyTest.prop([anyFixed(), fc.integer({ min: 0, max: 200 })])(
  'a negative count shifts the other way',
  (a, count) => {
    expect(shiftLeft(a, -count)).toEqual(shiftRight(a, count));
    expect(shiftRight(a, -count)).toEqual(shiftLeft(a, count));
  },
);

propertyTest.prop([anyFixed(), fc.integer({ min: 0, max: 40 })])(
  'moving the point multiplies by a power of two',
  (a, count) => {
    const power = ofRaw(1n, ufixed(1, count + 1));
    expect(compare(scaleByPowerOfTwo(a, count), multiply(a, power))).toBe(0);
  },
);
