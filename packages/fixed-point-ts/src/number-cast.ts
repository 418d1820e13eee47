/**
 * The cast of `cast.ts` on JavaScript numbers: same result, no BigInt, for types of at most 53 bits.
 *
 * Scaling by a power of two, floor and the comparison with a half are exact on float64, so nothing is
 * approximated; the property tests hold both paths together.
 */
import { castRaw } from './cast.ts';
import { FormatError } from './format-error.ts';
import { fracBits as fracBitsOf, maxRaw, minRaw } from './format.ts';
import type { FixedFormat, Rounding } from './format.ts';

/** Widest type whose raw integers are all exact as JavaScript numbers. */
export const NUMBER_BITS = 53;

/**
 * Makes the fast form of {@link castRaw} for one pair of formats: raw integers in, raw integers out, as numbers.
 *
 * @param fromFracBits  bits right of the binary point of the inputs
 * @param to            type assigned to, at most 53 bits
 * @returns a function of a safe integer (|value| < 2^53, unchecked); it never returns -0
 * @throws FormatError `CST001` when `to` is wider than 53 bits: use {@link castRaw}
 * @example numberCaster(4, fixed(8, 8, 'RND', 'SAT'))(24) // 2: 1.5 rounded up
 */
export function numberCaster(fromFracBits: number, to: FixedFormat): (value: number) => number {
  if (to.width > NUMBER_BITS) {
    throw new FormatError(
      'CST001',
      `a type of ${to.width} bits exceeds the ${NUMBER_BITS} a number holds; cast with castRaw`,
    );
  }
  if (to.overflow === 'WRAP_SM' || (to.overflow === 'WRAP' && to.saturationBits > 0)) {
    return (value) => Number(castRaw(BigInt(value), fromFracBits, to));
  }
  const wrap = numberOverflow(to);
  const shift = fromFracBits - fracBitsOf(to);
  if (shift <= 0) {
    // Past width + 1 places only the sign of an overflow is left; the bound keeps the product finite.
    const scale = 2 ** Math.min(-shift, to.width + 1);
    return scale === 1 ? wrap : (value) => wrap(value * scale);
  }
  const scale = 2 ** -Math.min(shift, 1000);
  const round = numberRounder(to.rounding);
  return (value) => wrap(round(value * scale));
}

/** Rounds any finite float64 to an integer as a quantisation mode does. */
export function numberRounder(rounding: Rounding): (value: number) => number {
  switch (rounding) {
    case 'TRN':
      return Math.floor;
    case 'TRN_ZERO':
      return Math.trunc;
    // A fraction implies |value| < 2^52, so floor + 0.5 is exact.
    case 'RND':
      return (value) => {
        const floor = Math.floor(value);
        return value !== floor && value >= floor + 0.5 ? floor + 1 : floor;
      };
    case 'RND_MIN_INF':
      return (value) => {
        const floor = Math.floor(value);
        return value !== floor && value > floor + 0.5 ? floor + 1 : floor;
      };
    case 'RND_ZERO':
      return (value) => {
        const floor = Math.floor(value);
        if (value === floor) return floor;
        return value > floor + 0.5 || (floor < 0 && value === floor + 0.5) ? floor + 1 : floor;
      };
    case 'RND_INF':
      return (value) => {
        const floor = Math.floor(value);
        if (value === floor) return floor;
        return value > floor + 0.5 || (floor >= 0 && value === floor + 0.5) ? floor + 1 : floor;
      };
    case 'RND_CONV':
      return (value) => {
        const floor = Math.floor(value);
        if (value === floor) return floor;
        return value > floor + 0.5 || (value === floor + 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
      };
  }
}

/** Brings any integer-valued float64 into the range of a type of at most 53 bits; never returns -0. */
export function numberOverflow(to: FixedFormat): (value: number) => number {
  const min = Number(minRaw(to));
  const max = Number(maxRaw(to));
  switch (to.overflow) {
    case 'SAT':
      return (value) => (value > max ? max : value < min ? min : value + 0);
    case 'SAT_SYM': {
      const symmetric = to.signed && to.width > 1 ? min + 1 : min;
      return (value) => (value > max ? max : value < symmetric ? symmetric : value + 0);
    }
    case 'SAT_ZERO':
      return (value) => (value > max || value < min ? 0 : value + 0);
    case 'WRAP':
      if (to.saturationBits === 0) return numberWrap(to, max);
      break;
    case 'WRAP_SM':
      break;
  }
  return (value) => Number(castRaw(BigInt(value), fracBitsOf(to), to));
}

/** Modulo 2^W. ToInt32 of the shift operators is itself exact modulo 2^32 for every finite number. */
function numberWrap(to: FixedFormat, max: number): (value: number) => number {
  const spare = 32 - to.width;
  if (spare >= 0) {
    return to.signed ? (value) => (value << spare) >> spare : (value) => (value << spare) >>> spare;
  }
  const modulus = 2 ** to.width;
  return (value) => {
    const wrapped = value - Math.floor(value / modulus) * modulus;
    return wrapped > max ? wrapped - modulus : wrapped + 0;
  };
}
