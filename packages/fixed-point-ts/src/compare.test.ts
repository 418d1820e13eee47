import { test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { anyFixed } from '../test/arbitraries.ts';
import {
  compare,
  equal,
  fixed,
  greater,
  greaterOrEqual,
  int,
  less,
  lessOrEqual,
  notEqual,
  ofRaw,
  subtract,
  uint,
} from './index.ts';

propertyTest.prop([anyFixed(), anyFixed()])('the exact order is the sign of the exact difference', (a, b) => {
  const { raw } = subtract(a, b);
  expect(compare(a, b)).toBe(raw < 0n ? -1 : raw > 0n ? 1 : 0);
});

propertyTest.prop([anyFixed(), anyFixed()])('operators of equal signs follow the exact order', (a, b) => {
  const [x, y] = [a, { ...b, format: { ...b.format, signed: a.format.signed } }];
  const plain = (value: typeof a): typeof a => ({
    raw: a.format.signed
      ? BigInt.asIntN(value.format.width, value.raw)
      : BigInt.asUintN(value.format.width, value.raw),
    format: { ...value.format, overflow: 'WRAP' },
  });
  const [left, right] = [plain(x), plain(y)];
  const order = compare(left, right);
  expect(less(left, right)).toBe(order < 0);
  expect(lessOrEqual(left, right)).toBe(order <= 0);
  expect(greater(left, right)).toBe(order > 0);
  expect(greaterOrEqual(left, right)).toBe(order >= 0);
  expect(equal(left, right)).toBe(order === 0);
  expect(notEqual(left, right)).toBe(order !== 0);
});

test('a signed number beside an unsigned one of 32 bits or more is read as unsigned, as in C', () => {
  expect(less(ofRaw(-1n, int(32)), ofRaw(1n, uint(32)))).toBe(false);
  expect(equal(ofRaw(-1n, int(32)), ofRaw(0xffffffffn, uint(32)))).toBe(true);
  expect(compare(ofRaw(-1n, int(32)), ofRaw(1n, uint(32)))).toBe(-1);
});

test('below 32 bits, and with a narrower unsigned one, operators follow the values', () => {
  expect(less(ofRaw(-1n, int(16)), ofRaw(1n, uint(16)))).toBe(true);
  expect(less(ofRaw(-1n, int(33)), ofRaw(1n, uint(32)))).toBe(true);
});

test('a SAT_SYM number out of its own range is compared as the number above it', () => {
  const outside = ofRaw(-8n, fixed(4, 4, 'TRN', 'SAT_SYM'));
  expect(equal(ofRaw(-16n, fixed(6, 5)), outside)).toBe(false);
  expect(compare(ofRaw(-16n, fixed(6, 5)), outside)).toBe(0);
});
