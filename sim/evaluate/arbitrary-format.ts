/** Random fixed-point formats and raw integers with their extremes, for property tests. */
import fc from 'fast-check';
import { type FixedFormat, maxRaw, minRaw, OVERFLOWS, ROUNDINGS } from 'fixed-point-ts';

export interface ArbitraryFormatOptions {
  /** Widest type drawn, bits. */
  readonly maxWidth?: number;
  /** How far the binary point may lie outside the word, bits. */
  readonly maxOutside?: number;
}

/** Any type of up to `maxWidth` (16) bits: signed or not, every rounding and overflow mode, saturated bits. */
export function arbitraryFormat({
  maxWidth = 16,
  maxOutside = 3,
}: ArbitraryFormatOptions = {}): fc.Arbitrary<FixedFormat> {
  return fc
    .record({
      signed: fc.boolean(),
      width: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: Math.min(maxWidth, 12) }) },
        fc.integer({ min: 1, max: maxWidth }),
      ),
      integer: fc.nat(),
      rounding: fc.constantFrom(...ROUNDINGS),
      overflow: fc.constantFrom(...OVERFLOWS),
      saturation: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat()),
    })
    .map(({ signed, width, integer, rounding, overflow, saturation }) => ({
      signed,
      width,
      integerBits: (integer % (width + 2 * maxOutside + 1)) - maxOutside,
      rounding,
      overflow: !signed && overflow === 'WRAP_SM' ? 'WRAP' : overflow,
      saturationBits: saturation % (width + 1),
    }));
}

/** A raw integer of a type: its ends, 0 and 1 as often as any other. */
export function arbitraryRaw(type: FixedFormat): fc.Arbitrary<bigint> {
  const [min, max] = [minRaw(type), maxRaw(type)];
  const small = 3n < max ? 3n : max;
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(0n) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
    { weight: 1, arbitrary: fc.bigInt({ min: min < -small ? -small : min, max: small }) },
    { weight: 4, arbitrary: fc.bigInt({ min, max }) },
  );
}
