/** The cast on JavaScript numbers as a function of its own for one pair of formats. Hot loops inline `castNumber` instead. */
import { castNumber, planCast } from './cast-plan.ts';
import type { FixedFormat } from './format.ts';

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
  const plan = planCast(fromFracBits, to);
  return (value) => castNumber(value, plan);
}
