import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyFixed } from '../test/arbitraries.ts';
import {
  bit,
  bitAnd,
  bitNot,
  bitOr,
  bitXor,
  concat,
  fixed,
  int,
  ofBits,
  ofRaw,
  range,
  ufixed,
  uint,
  withBit,
  withRange,
} from './index.ts';

test('bits count from the least significant one', () => {
  const a = ofBits(0b10010110n, fixed(8, 3));
  expect([0, 1, 2, 7].map((index) => bit(a, index))).toEqual([false, true, true, true]);
  expect(withBit(a, 7, false).raw).toBe(0b00010110n);
});

test('a range is an unsigned integer, reversed when its bounds are', () => {
  const a = ofBits(0b10010110n, fixed(8, 3));
  expect(range(a, 5, 1)).toEqual(ofRaw(0b01011n, uint(5)));
  expect(range(a, 1, 5)).toEqual(ofRaw(0b11010n, uint(5)));
});

test('a replaced range takes the low bits of the other number', () => {
  const a = ofBits(0b11110000n, ufixed(8, 3));
  expect(withRange(a, 5, 2, ofRaw(0b10110n, uint(5))).raw).toBe(0b11011000n);
  expect(withRange(a, 2, 5, ofRaw(0b0001n, uint(4))).raw).toBe(0b11100000n);
});

test('a concatenation puts the first operand on top', () => {
  expect(concat(ofRaw(-1n, int(3)), ofRaw(2n, uint(4)))).toEqual(ofRaw(0b1110010n, uint(7)));
});

test('logic aligns binary points', () => {
  const [a, b] = [ofBits(0b0110n, ufixed(4, 2)), ofBits(0b0110n, ufixed(4, 3))];
  expect(bitAnd(a, b)).toEqual(ofRaw(0b00100n, ufixed(5, 3)));
  expect(bitOr(a, b).raw).toBe(0b01110n);
  expect(bitXor(a, b).raw).toBe(0b01010n);
  expect(bitNot(a)).toEqual(ofRaw(0b1001n, ufixed(4, 2)));
});

test('a bit that does not exist is refused', () => {
  expect(() => bit(ofRaw(0n, int(8)), 8)).toThrow('bit 8 does not exist in int<8>');
  expect(() => range(ofRaw(0n, int(8)), 3, -1)).toThrow('bit -1 does not exist in int<8>');
});

propertyTest.prop([anyFixed()])('a number is the concatenation of its halves', (a) => {
  fc.pre(a.format.width > 1);
  const middle = a.format.width >> 1;
  const whole = concat(range(a, a.format.width - 1, middle), range(a, middle - 1, 0));
  expect(ofBits(whole.raw, a.format)).toEqual(a);
});

propertyTest.prop([anyFixed(), fc.nat(), fc.nat()])(
  'writing back a range that was read changes nothing',
  (a, x, y) => {
    const [high, low] = [x % a.format.width, y % a.format.width];
    expect(withRange(a, high, low, range(a, high, low))).toEqual(a);
  },
);

propertyTest.prop([anyFixed(), anyFixed()])('logic obeys De Morgan in the common type', (a, b) => {
  const widened = bitNot(bitOr(a, b));
  const [x, y] = [bitXor(a, bitXor(b, b)), bitXor(b, bitXor(a, a))];
  expect(bitAnd(bitNot(x), bitNot(y)).raw).toBe(bitNot(bitOr(x, y)).raw);
  expect(widened.format.width).toBe(bitOr(a, b).format.width);
});
