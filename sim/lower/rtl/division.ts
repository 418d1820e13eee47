/**
 * Division of an integer by a known one, truncated toward zero, as a product with a reciprocal.
 *
 * Let m = ceil(2^k / d) and e = m d - 2^k >= 0. For 0 <= n: n m / 2^k = n / d + n e / (d 2^k), and the floor of that is
 * the floor of n / d if the last term is below 1 / d, which is n e < 2^k. For n < 0 truncation toward zero mirrors it.
 * Source: T. Granlund, P. L. Montgomery, "Division by invariant integers using multiplication", PLDI 1994.
 */
import type { CircuitBuilder, View } from '../../pipeline/circuit/index.ts';

export interface Reciprocal {
  readonly multiplier: number;
  readonly shift: number;
}

/** The smallest reciprocal that is exact for every |n| <= most. @throws RangeError if products exceed 53 bits */
export function reciprocalOf(divisor: number, most: number): Reciprocal {
  for (let shift = 0; shift < 53; shift++) {
    const multiplier = Math.ceil(2 ** shift / divisor);
    if (most * (multiplier * divisor - 2 ** shift) < 2 ** shift) {
      if (!Number.isSafeInteger(multiplier * most)) break;
      return { multiplier, shift };
    }
  }
  throw new RangeError(`the reciprocal of ${divisor} for numbers up to ${most} takes more than 53 bits`);
}

export function divide(b: CircuitBuilder, x: View, divisor: number): View {
  const { lo, hi } = x.node.range;
  const { multiplier, shift } = reciprocalOf(divisor, Math.max(Math.abs(lo), Math.abs(hi)));
  const product = multiplier === 1 ? x : b.multiply(x, b.constant([multiplier]));
  return b.round(product, shift, 'TRN_ZERO');
}
