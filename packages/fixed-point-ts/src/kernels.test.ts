import { PerformanceObserver } from 'node:perf_hooks';
import { test as propertyTest } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyFormat, anyRaw } from '../test/arbitraries.ts';
import {
  add,
  addKernel,
  cast,
  castKernel,
  fixed,
  fromNumber,
  fromNumberKernel,
  int,
  multiply,
  multiplyKernel,
  subtract,
  subtractKernel,
  toNumber,
  toNumberKernel,
  ufixed,
  vectorOf,
} from './index.ts';
import type { FixedFormat, RawVector } from './index.ts';

function vectorFrom(raws: readonly bigint[], format: FixedFormat): RawVector {
  const vector = vectorOf(format, raws.length);
  raws.forEach((raw, i) => {
    vector[i] = typeof vector[i] === 'bigint' ? raw : Number(raw);
  });
  return vector;
}

const operands = (maxWidth: number) =>
  fc.tuple(anyFormat(maxWidth), anyFormat(maxWidth), anyFormat(maxWidth)).chain(([left, right, to]) =>
    fc.record({
      left: fc.constant(left),
      right: fc.constant(right),
      to: fc.constant(to),
      pairs: fc.array(fc.tuple(anyRaw(left), anyRaw(right)), { minLength: 1, maxLength: 8 }),
    }),
  );

describe.each([24, 53, 90])('with types of at most %d bits', (maxWidth) => {
  propertyTest.prop([operands(maxWidth)], { numRuns: 400 })(
    'each kernel equals the exact operation followed by a cast',
    ({ left, right, to, pairs }) => {
      const x = vectorFrom(
        pairs.map(([a]) => a),
        left,
      );
      const y = vectorFrom(
        pairs.map(([, b]) => b),
        right,
      );
      const values = pairs.map(
        ([a, b]) =>
          [
            { raw: a, format: left },
            { raw: b, format: right },
          ] as const,
      );
      for (const [kernel, operate] of [
        [addKernel, add],
        [subtractKernel, subtract],
        [multiplyKernel, multiply],
      ] as const) {
        const out = vectorOf(to, pairs.length);
        kernel(left, right, to)(out, x, y);
        expect(Array.from(out, BigInt)).toEqual(values.map(([a, b]) => cast(operate(a, b), to).raw));
      }
      const out = vectorOf(to, pairs.length);
      castKernel(left, to)(out, x);
      expect(Array.from(out, BigInt)).toEqual(values.map(([a]) => cast(a, to).raw));
    },
  );
});

propertyTest.prop([fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), anyFormat(70)], {
  numRuns: 500,
})('float64 arrays are quantised as single numbers are', (numbers, to) => {
  const out = vectorOf(to, numbers.length);
  fromNumberKernel(to)(out, Float64Array.from(numbers));
  expect(Array.from(out, BigInt)).toEqual(numbers.map((value) => fromNumber(value, to)));
});

test('numbers next to a tie are quantised exactly', () => {
  for (const rounding of ['RND', 'RND_MIN_INF', 'RND_CONV', 'RND_ZERO', 'RND_INF'] as const) {
    const to = fixed(8, 8, rounding, 'SAT');
    const numbers = Float64Array.of(
      -0.5,
      -0.5 + 2 ** -54,
      -0.5 - 2 ** -53,
      0.5 - 2 ** -54,
      0.5,
      2.5,
      -2.5,
      1e300,
      -1e300,
    );
    const out = vectorOf(to, numbers.length);
    fromNumberKernel(to)(out, numbers);
    expect(Array.from(out, BigInt)).toEqual(Array.from(numbers, (value) => fromNumber(value, to)));
  }
});

propertyTest.prop([anyFormat(70).chain((format) => fc.tuple(fc.constant(format), fc.array(anyRaw(format))))])(
  'raw integers become the nearest float64',
  ([format, raws]) => {
    const out = new Float64Array(raws.length);
    toNumberKernel(format)(out, vectorFrom(raws, format));
    expect([...out].map((value) => value + 0)).toEqual(raws.map((raw) => toNumber(raw, format) + 0));
  },
);

test('an array has the smallest element that holds the format', () => {
  const names = [
    fixed(8, 4),
    ufixed(9, 4),
    int(16),
    ufixed(32, 0),
    fixed(33, 0),
    fixed(53, 0),
    fixed(54, 0),
    ufixed(64, 0),
    int(65),
  ];
  expect(names.map((format) => vectorOf(format, 1).constructor.name)).toEqual([
    'Int8Array',
    'Uint16Array',
    'Int16Array',
    'Uint32Array',
    'Float64Array',
    'Float64Array',
    'BigInt64Array',
    'BigUint64Array',
    'Array',
  ]);
});

test('arrays of the wrong length or element are refused', () => {
  const kernel = castKernel(fixed(8, 4), fixed(8, 2));
  expect(() => kernel(new Int8Array(2), new Int8Array(3))).toThrow('an input has 3 elements, the output 2');
  expect(() => kernel(new Int8Array(2), new BigInt64Array(2))).toThrow('not BigInt64Array');
  expect(() => fromNumberKernel(fixed(8, 4))(new Int8Array(1), Float64Array.of(NaN))).toThrow(
    'NaN has no fixed-point value',
  );
});

test('a call on the number path allocates nothing', async () => {
  const [left, to] = [fixed(16, 6), fixed(16, 6, 'RND_CONV', 'SAT')];
  const x = vectorFrom(
    Array.from({ length: 10_000 }, (_, i) => BigInt.asIntN(16, BigInt(i * 40_503))),
    left,
  );
  const out = vectorOf(to, 10_000);
  const [multiplyAll, addAll] = [multiplyKernel(left, left, to), addKernel(left, left, to)];
  const run = (times: number): void => {
    for (let i = 0; i < times; i++) {
      multiplyAll(out, x, x);
      addAll(out, x, x);
    }
  };
  run(200);
  let collections = 0;
  const observer = new PerformanceObserver((list) => (collections += list.getEntries().length));
  observer.observe({ entryTypes: ['gc'] });
  run(1000);
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  // One number boxed for each of the 20 million results would fill the young generation more than ten times.
  expect(collections).toBeLessThanOrEqual(3);
});
