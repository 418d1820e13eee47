import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { recodedDigits } from './recoded-digits.ts';

test.each([
  [0, 0],
  [1, 1],
  [-8, 1],
  [3, 2],
  [7, 2],
  [11, 3],
  [-146, 3],
  [341, 5],
])('%i has %i digits', (value, digits) => {
  expect(recodedDigits(value)).toBe(digits);
});

test.prop([fc.integer({ min: -(2 ** 20), max: 2 ** 20 })])(
  'no sum of fewer signed powers of two makes the number',
  (value) => {
    // Subtracting the best power of two leaves one digit less.
    const digits = recodedDigits(value);
    fc.pre(digits > 0);
    const rest = Array.from({ length: 23 }, (_, bit) => [value - 2 ** bit, value + 2 ** bit]).flat();
    expect(Math.min(...rest.map(recodedDigits))).toBe(digits - 1);
  },
);

test.prop([fc.bigInt({ min: 0n, max: 2n ** 200n })])(
  'numbers of any size have as many digits as their double',
  (value) => {
    expect(recodedDigits(2n * value)).toBe(recodedDigits(value));
    expect(recodedDigits(-value)).toBe(recodedDigits(value));
  },
);

test.prop([fc.integer({ min: 1, max: 2 ** 28 })])(
  'the digits of a small number do not change beside a far one',
  (value) => {
    expect(recodedDigits((1n << 100n) + BigInt(value))).toBe(1 + recodedDigits(value));
  },
);
