/**
 * The sum that dense layers and convolutions share: products assigned to the accumulator one by one and added, in
 * input order, to the bias. As a tree where sum-rule.ts proves that equal, else in the published order.
 */
import { castRaw, type FixedFormat, fracBits } from 'fixed-point-ts';
import { compose, pick, type CircuitBuilder, type View } from '../../pipeline/circuit/index.ts';
import type { Numbers } from './lowering.ts';
import { sumRule } from './sum-rule.ts';

export interface WeightedSum {
  readonly accumulator: FixedFormat;
  readonly bias: Numbers;
  /** Products of all beats that go into a sum. */
  readonly count: number;
  /** Fraction bits of a product. */
  readonly frac: number;
  /** Whether the terms do not stand in the published order, so that no sum may depend on it; default false. */
  readonly shuffled?: boolean;
}

/** @param products  [terms, outputs] in each beat  @returns undefined if the order matters and is not kept */
export function weightedSum(
  b: CircuitBuilder,
  products: View,
  { accumulator, bias, count, frac, shuffled = false }: WeightedSum,
): View | undefined {
  const terms = compose.cast(b, products, frac, accumulator);
  const starts = bias.raw.map((value) => Number(castRaw(BigInt(value), fracBits(bias.type), accumulator)));
  const start = { lo: Math.min(...starts), hi: Math.max(...starts) };
  if (sumRule(terms.node.range, count, accumulator, start) !== 'ordered') {
    const sum = b.accumulate(compose.sum(b, terms, 0));
    return compose.overflow(b, b.add(sum, b.constant(starts)), accumulator);
  }
  if (shuffled || products.node.beats > 1) return undefined;
  let sum = b.constant(starts);
  for (let index = 0; index < terms.shape[0]; index++)
    sum = compose.overflow(b, b.add(sum, pick(terms, 0, index)), accumulator);
  return sum;
}
