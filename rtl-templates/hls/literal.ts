/** Raw integers as C++ literals that mean exactly the same value, and the plain type that constants are stored in. */
import { fixed, type FixedFormat, isInt, toDecimal, ufixed } from 'fixed-point-ts';

/** Significant bits of a C++ double literal. */
const DOUBLE_BITS = 53;

/**
 * The type without its rounding and overflow modes. Constants are stored in it: they are only read, and a mode such as
 * SAT_SYM would change a value that the Model holds already.
 */
export function storage(format: FixedFormat): FixedFormat {
  if (isInt(format)) return format;
  return (format.signed ? fixed : ufixed)(format.width, format.integerBits);
}

/** A C++ expression for a raw integer of a {@link storage} type whose C++ name is `type`. */
export function literal(raw: bigint, format: FixedFormat, type: string): string {
  const magnitude = raw < 0n ? -raw : raw;
  const excess = BigInt(Math.max(magnitude.toString(2).length - DOUBLE_BITS, 0));
  const low = magnitude & ((1n << excess) - 1n);
  if (low === 0n) return asDouble(toDecimal(raw, format));
  const sign = raw < 0n ? -1n : 1n;
  return `${type}(${asDouble(toDecimal(sign * (magnitude - low), format))}) + ${type}(${literal(sign * low, format, type)})`;
}

/** A whole number beyond the range of int gets a fraction, which makes it a double. */
function asDouble(decimal: string): string {
  return decimal.includes('.') || decimal.length < 10 ? decimal : `${decimal}.0`;
}

/** Bits of an unsigned number that holds `value`. */
export function bitsFor(value: number): number {
  return value.toString(2).length;
}
