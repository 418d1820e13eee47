/**
 * Assignment of an exact number to a fixed-point type: quantise, then handle overflow.
 *
 * This is the reference path: BigInt, any width. `number-cast.ts` is its fast twin for small widths.
 * Modes: AMD UG1399, "Arbitrary Precision Fixed-Point Data Types", tables of quantization and overflow modes. Where
 * that text leaves room, the compiled Xilinx ap_types headers decide (`test/ap-types.tool.test.ts`):
 * - `WRAP` with N saturated bits into an unsigned type sets the top N bits on underflow as well as on overflow.
 * - `WRAP_SM` with N = 0 takes as sign the first dropped bit *before* rounding, so a carry out of rounding is ignored.
 * - `SAT_SYM` of a signed type of one bit still reaches its minimum, -1.
 */
import { fracBits as fracBitsOf, maxRaw, minRaw } from './format.ts';
import type { FixedFormat, Rounding } from './format.ts';
import { powerOfTwo } from './power-of-two.ts';

/**
 * Raw integer that the exact number raw x 2^-fracBits has once assigned to a type.
 *
 * @param raw       any integer, of any size
 * @param fracBits  bits right of the binary point of `raw`; may be negative
 * @param to        the type assigned to; its rounding, overflow and saturation bits are applied
 * @returns an integer between {@link minRaw} and {@link maxRaw} of `to`
 * @example castRaw(5n, 1, fixed(8, 8, 'RND_CONV')) // 2n: 2.5 is a tie, and 2 is even
 */
export function castRaw(raw: bigint, fracBits: number, to: FixedFormat): bigint {
  // Past width + 1 places left every bit that could be kept is zero: a longer shift changes nothing but its cost.
  const shift = Math.max(fracBits - fracBitsOf(to), -(to.width + 1));
  const value = shift > 0 ? quantised(raw, shift, to.rounding) : raw << BigInt(-shift);
  const min = to.overflow === 'SAT_SYM' ? symmetricMin(to) : minRaw(to);
  const max = maxRaw(to);
  if (value >= min && value <= max) return value;
  switch (to.overflow) {
    case 'WRAP':
      return saturatedTop(value, to);
    case 'SAT':
    case 'SAT_SYM':
      return value < 0n ? min : max;
    case 'SAT_ZERO':
      return 0n;
    case 'WRAP_SM':
      return signMagnitudeWrapped(value, raw >> BigInt(shift), to);
  }
}

/** raw x 2^-shift, shift > 0, rounded to an integer. */
function quantised(raw: bigint, shift: number, rounding: Rounding): bigint {
  const floor = raw >> BigInt(shift);
  if (rounding === 'TRN') return floor;
  const rest = BigInt.asUintN(shift, raw);
  if (rest === 0n) return floor;
  switch (rounding) {
    case 'TRN_ZERO':
      return raw < 0n ? floor + 1n : floor;
    case 'RND':
    case 'RND_ZERO':
    case 'RND_INF':
    case 'RND_MIN_INF':
    case 'RND_CONV': {
      const half = powerOfTwo(shift - 1);
      const up = rest > half || (rest === half && tieGoesUp(rounding, floor));
      return up ? floor + 1n : floor;
    }
  }
}

/** Whether a number halfway between floor and floor + 1 goes to the latter. */
function tieGoesUp(rounding: Exclude<Rounding, 'TRN' | 'TRN_ZERO'>, floor: bigint): boolean {
  switch (rounding) {
    case 'RND':
      return true;
    case 'RND_MIN_INF':
      return false;
    case 'RND_ZERO':
      return floor < 0n;
    case 'RND_INF':
      return floor >= 0n;
    case 'RND_CONV':
      return (floor & 1n) === 1n;
  }
}

function symmetricMin(to: FixedFormat): bigint {
  return to.signed ? minRaw(to) | 1n : 0n;
}

/** Wraps modulo 2^W, then sets the N top bits: sign, then its complement (signed); all ones (unsigned). */
function saturatedTop(value: bigint, to: FixedFormat): bigint {
  const { width, saturationBits } = to;
  if (saturationBits === 0) return reinterpret(value, to);
  const kept = BigInt.asUintN(width - saturationBits, value);
  return reinterpret(kept | (topPattern(value < 0n, to) << BigInt(width - saturationBits)), to);
}

/** The N saturated top bits of a wrapped number. */
function topPattern(negative: boolean, to: FixedFormat): bigint {
  const n = BigInt(to.saturationBits);
  if (!to.signed) return (1n << n) - 1n;
  return negative ? 1n << (n - 1n) : (1n << (n - 1n)) - 1n;
}

/** Sign-magnitude wrap: kept bits that would stand for the other sign are inverted; `floor` is `value` unrounded. */
function signMagnitudeWrapped(value: bigint, floor: bigint, to: FixedFormat): bigint {
  const { width, saturationBits } = to;
  const bit = (index: number): boolean => ((value >> BigInt(index)) & 1n) === 1n;
  if (saturationBits === 0) {
    const dropped = (floor >> BigInt(width)) & 1n;
    const magnitude = BigInt.asUintN(width - 1, bit(width - 1) === (dropped === 1n) ? value : ~value);
    return reinterpret(magnitude | (dropped << BigInt(width - 1)), to);
  }
  const negative = value < 0n;
  const inverted =
    saturationBits === 1 ? bit(width - 1) !== negative : bit(width - saturationBits) === negative;
  const kept = BigInt.asUintN(width - saturationBits, inverted ? ~value : value);
  return reinterpret(kept | (topPattern(negative, to) << BigInt(width - saturationBits)), to);
}

/** The W low bits of an integer, read as the type reads its bits. */
export function reinterpret(bits: bigint, format: FixedFormat): bigint {
  return format.signed ? BigInt.asIntN(format.width, bits) : BigInt.asUintN(format.width, bits);
}
