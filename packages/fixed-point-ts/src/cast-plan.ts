/**
 * The cast of `cast.ts` on JavaScript numbers, as a plan made once and a function that every hot loop can inline.
 *
 * A function that is the same for all formats, with the format in a plain object, is inlined by the engine; a closure
 * per format is not, and boxes every result. Scaling by a power of two, floor, and the comparison of a fraction with
 * a half are exact on float64, so nothing is approximated.
 */
import { castRaw } from './cast.ts';
import { FormatError } from './format-error.ts';
import { fracBits as fracBitsOf, maxRaw, minRaw, OVERFLOWS, ROUNDINGS } from './format.ts';
import type { FixedFormat } from './format.ts';

/** Widest type whose raw integers are all exact as JavaScript numbers. */
export const NUMBER_BITS = 53;

const [TRN, TRN_ZERO] = [ROUNDINGS.indexOf('TRN'), ROUNDINGS.indexOf('TRN_ZERO')];
const RND_CONV = ROUNDINGS.indexOf('RND_CONV');
const [SAT, SAT_SYM] = [OVERFLOWS.indexOf('SAT'), OVERFLOWS.indexOf('SAT_SYM')];
const SAT_ZERO = OVERFLOWS.indexOf('SAT_ZERO');

/**
 * x + 1.5 x 2^52 lies where float64 holds whole numbers only, so the addition itself rounds to nearest, ties to even,
 * without a branch that the processor could mispredict. Holds for |x| up to 2^51.
 */
const HALF_EVEN = 1.5 * 2 ** 52;
const HALF_EVEN_RANGE = 2 ** 51;

export interface CastPlan {
  /**
   * [scale, smallest, largest, 2^W]. In a typed array, because the engine would give objects whose fields are now
   * small integers, now floats, different shapes, and every cast would become slow.
   */
  readonly numbers: Float64Array;
  /** Index in ROUNDINGS. */
  readonly rounding: number;
  /** Index in OVERFLOWS. */
  readonly overflow: number;
  /** Saturated bits and sign-magnitude wraps, which are rare, go through the reference cast. */
  readonly exact: boolean;
  readonly fromFracBits: number;
  readonly to: FixedFormat;
}

/**
 * Plans the cast of raw integers with `fromFracBits` fraction bits to a type of at most 53 bits.
 * @throws FormatError `CST001` when `to` is wider than 53 bits: use {@link castRaw}
 */
export function planCast(fromFracBits: number, to: FixedFormat): CastPlan {
  if (to.width > NUMBER_BITS) {
    const what = `a type of ${to.width} bits exceeds the ${NUMBER_BITS} a number holds; cast with castRaw`;
    throw new FormatError('CST001', what);
  }
  // Past width + 1 places left only the sign of an overflow is kept; past 1000 right, every number is a mere fraction.
  const shift = Math.max(Math.min(fracBitsOf(to) - fromFracBits, to.width + 1), -1000);
  const symmetric = to.overflow === 'SAT_SYM' && to.signed && to.width > 1;
  return {
    numbers: Float64Array.of(
      2 ** shift,
      Number(minRaw(to)) + (symmetric ? 1 : 0),
      Number(maxRaw(to)),
      2 ** to.width,
    ),
    rounding: ROUNDINGS.indexOf(to.rounding),
    overflow: OVERFLOWS.indexOf(to.overflow),
    exact: to.overflow === 'WRAP_SM' || (to.overflow === 'WRAP' && to.saturationBits > 0),
    fromFracBits,
    to,
  };
}

/**
 * {@link castRaw} on numbers: the raw integer of `value` x 2^-fromFracBits once assigned to the plan's type.
 *
 * @param value  a safe integer (|value| < 2^53, unchecked); the result is never -0
 * @example castNumber(24, planCast(4, fixed(8, 8, 'RND', 'SAT'))) // 2: 1.5 rounded up
 */
export function castNumber(value: number, plan: CastPlan): number {
  const { numbers, rounding, overflow } = plan;
  const scaled = value * numbers[0];
  const whole =
    rounding === RND_CONV && scaled < HALF_EVEN_RANGE && scaled > -HALF_EVEN_RANGE
      ? scaled + HALF_EVEN - HALF_EVEN
      : rounded(scaled, rounding);
  if (overflow === SAT || overflow === SAT_SYM) return Math.min(Math.max(whole, numbers[1]), numbers[2]) + 0;
  if (whole >= numbers[1] && whole <= numbers[2]) return whole + 0;
  return overflowed(value, whole, plan);
}

function rounded(scaled: number, rounding: number): number {
  const whole = Math.floor(scaled);
  if (whole === scaled || rounding === TRN) return whole;
  // The fraction itself may not be exact just above -1/2; whole + 1/2 is, and the sign of a difference always is.
  return roundsUp(scaled - (whole + 0.5), whole, rounding) ? whole + 1 : whole;
}

/** Whether a number between whole and whole + 1 is rounded up; `beyond` is how far it lies above the middle. */
function roundsUp(beyond: number, whole: number, rounding: number): boolean {
  if (rounding === TRN_ZERO) return whole < 0;
  if (beyond !== 0) return beyond > 0;
  switch (ROUNDINGS[rounding]) {
    case 'RND':
      return true;
    case 'RND_ZERO':
      return whole < 0;
    case 'RND_INF':
      return whole >= 0;
    case 'RND_MIN_INF':
      return false;
    default: // RND_CONV
      return Math.floor(whole / 2) * 2 !== whole;
  }
}

function overflowed(value: number, whole: number, plan: CastPlan): number {
  if (plan.exact) return Number(castRaw(BigInt(value), plan.fromFracBits, plan.to));
  const max = plan.numbers[2];
  const modulus = plan.numbers[3];
  if (plan.overflow === SAT_ZERO) return 0;
  // WRAP: the quotient by a power of two, its floor and the difference are all exact
  const wrapped = whole - Math.floor(whole / modulus) * modulus;
  return wrapped > max ? wrapped - modulus : wrapped + 0;
}
