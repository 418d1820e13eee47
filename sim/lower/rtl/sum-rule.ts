/**
 * When may a sum that is assigned to its accumulator at every addition be made as a tree with one overflow at the
 * end? Decided from formats and ranges alone.
 *
 * Let every term be on the accumulator's grid (it has been rounded to it, or has no more fraction bits), so that
 * additions never round. Then the stepwise sum S equals f(sum of all terms) in three cases:
 *
 * - `bounded`: all partial sums stay in range because the sum of the terms' largest magnitudes does. f = identity.
 * - `wrapping`: WRAP without saturated bits is reduction modulo 2^W, which commutes with addition. f = wrap.
 * - `saturating`: SAT (or SAT_SYM) and no term is negative. Partial sums never fall; once one exceeds the maximum M
 *   the stepwise sum stays M, and the exact sum exceeds M too; else no overflow occurred. f = min(M, .). For the same
 *   reason a term may exceed M itself: min(M, sum of min(M, t)) = min(M, sum of t).
 *
 * Otherwise (`ordered`) a saturated partial sum can come back, and the published order must be kept.
 */
import { type FixedFormat, maxRaw, minRaw } from 'fixed-point-ts';
import { type CircuitBuilder, compose, pick, type Range, type View } from '../../pipeline/circuit/index.ts';

export type SumRule = 'bounded' | 'wrapping' | 'saturating' | 'ordered';

/** @param term  range of each term on the accumulator's grid  @param count  number of terms */
export function sumRule(
  term: Range,
  count: number,
  accumulator: FixedFormat,
  start: Range = { lo: 0, hi: 0 },
): SumRule {
  const lo = start.lo + count * Math.min(term.lo, 0);
  const hi = start.hi + count * Math.max(term.hi, 0);
  if (lo >= Number(minRaw(accumulator)) && hi <= Number(maxRaw(accumulator))) return 'bounded';
  if (accumulator.overflow === 'WRAP' && accumulator.saturationBits === 0) return 'wrapping';
  const saturates = accumulator.overflow === 'SAT' || accumulator.overflow === 'SAT_SYM';
  return saturates && term.lo >= 0 && start.lo >= 0 ? 'saturating' : 'ordered';
}

/** The sum over the last axis, by the rule that holds for it. */
export function sumInto(b: CircuitBuilder, terms: View, accumulator: FixedFormat): View {
  const count = terms.shape.at(-1)!;
  if (sumRule(terms.node.range, count, accumulator) !== 'ordered') {
    return compose.overflow(b, compose.sum(b, terms, -1), accumulator);
  }
  let sum = compose.overflow(b, pick(terms, -1, 0), accumulator);
  for (let index = 1; index < count; index++) {
    sum = compose.overflow(b, b.add(sum, pick(terms, -1, index)), accumulator);
  }
  return sum;
}
