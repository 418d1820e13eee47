/** fast-check generators of formats and of numbers in them. */
import fc from 'fast-check';
import { OVERFLOWS, ROUNDINGS, fixed, int, maxRaw, minRaw, ufixed, uint } from 'fixed-point-ts';
import type { Fixed, FixedFormat } from 'fixed-point-ts';

/** Any format of at most `maxWidth` bits, its binary point within 20 bits of either end; one in five an integer type. */
export function anyFormat(maxWidth = 160): fc.Arbitrary<FixedFormat> {
  return fc.oneof(
    { arbitrary: anyFixedFormat(maxWidth), weight: 4 },
    { arbitrary: anyIntFormat(maxWidth), weight: 1 },
  );
}

function anyIntFormat(maxWidth: number): fc.Arbitrary<FixedFormat> {
  return fc
    .tuple(fc.constantFrom(int, uint), fc.integer({ min: 1, max: maxWidth }))
    .map(([make, width]) => make(width));
}

function anyFixedFormat(maxWidth: number): fc.Arbitrary<FixedFormat> {
  return fc.integer({ min: 1, max: maxWidth }).chain((width) =>
    fc
      .record({
        signed: fc.boolean(),
        integerBits: fc.integer({ min: -20, max: width + 20 }),
        rounding: fc.constantFrom(...ROUNDINGS),
        overflow: fc.constantFrom(...OVERFLOWS),
        saturationBits: fc.integer({ min: 0, max: width }),
      })
      .map(({ signed, integerBits, rounding, overflow, saturationBits }) =>
        overflow === 'WRAP_SM' || signed
          ? fixed(width, integerBits, rounding, overflow, saturationBits)
          : ufixed(width, integerBits, rounding, overflow, saturationBits),
      ),
  );
}

/** Any raw integer of a format, its extremes often. */
export function anyRaw(format: FixedFormat): fc.Arbitrary<bigint> {
  return fc.bigInt({ min: minRaw(format), max: maxRaw(format) });
}

/** Any number of any format. */
export function anyFixed(maxWidth = 160): fc.Arbitrary<Fixed> {
  return anyFormat(maxWidth).chain((format) => anyRaw(format).map((raw) => ({ raw, format })));
}
