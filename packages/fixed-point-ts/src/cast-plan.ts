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

export interface CastPlan {
  readonly scale: number;
  /** Index in ROUNDINGS. */
  readonly rounding: number;
  /** Index in OVERFLOWS. */
  readonly overflow: number;
  readonly min: number;
  readonly max: number;
  /** 2^W */
  readonly modulus: number;
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
    scale: 2 ** shift,
    rounding: ROUNDINGS.indexOf(to.rounding),
    overflow: OVERFLOWS.indexOf(to.overflow),
    min: Number(minRaw(to)) + (symmetric ? 1 : 0),
    max: Number(maxRaw(to)),
    modulus: 2 ** to.width,
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
  const scaled = value * plan.scale;
  let whole = Math.floor(scaled);
  if (whole !== scaled && plan.rounding !== 0 && roundsUp(scaled - whole, whole, plan.rounding)) whole += 1;
  if (whole >= plan.min && whole <= plan.max) return whole + 0;
  return overflowed(value, whole, plan);
}

/** Whether whole + fraction, 0 < fraction < 1, is rounded up; `rounding` is not TRN. */
function roundsUp(fraction: number, whole: number, rounding: number): boolean {
  if (rounding === 1) return whole < 0; // TRN_ZERO
  if (fraction !== 0.5) return fraction > 0.5;
  switch (rounding) {
    case 2: // RND
      return true;
    case 3: // RND_ZERO
      return whole < 0;
    case 4: // RND_INF
      return whole >= 0;
    case 5: // RND_MIN_INF
      return false;
    default: // RND_CONV
      return whole % 2 !== 0;
  }
}

function overflowed(value: number, whole: number, plan: CastPlan): number {
  if (plan.exact) return Number(castRaw(BigInt(value), plan.fromFracBits, plan.to));
  switch (plan.overflow) {
    case 0: {
      // WRAP: a quotient by a power of two, its floor and the difference are all exact
      const wrapped = whole - Math.floor(whole / plan.modulus) * plan.modulus;
      return wrapped > plan.max ? wrapped - plan.modulus : wrapped + 0;
    }
    case 2: // SAT_ZERO
      return 0;
    default: // SAT, SAT_SYM
      return whole > plan.max ? plan.max : plan.min;
  }
}
