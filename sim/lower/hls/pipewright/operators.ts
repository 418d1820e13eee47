/**
 * Cycles of the operators in our kernels, from what was read off reports of the published ones: products and adder trees of
 * dense layers, chains of saturating additions, selections, tables. No report of our own kernels stands behind them.
 */
import type { FixedFormat } from 'fixed-point-ts';
import { selectionNs } from '../sparse-input-reduce.ts';
import { isChain, LUT_PRODUCT_BITS } from '../sparse-conv2d.ts';

/** One addition of a chain that may not be re-ordered, ns (sparse-conv2d.ts). */
const CHAIN_STEP_NS = 1.2166;
/** Levels of an adder tree that fit beside the products, and cycles that each further level takes (dense.ts). */
const FREE_LEVELS = 5;
const CYCLES_PER_LEVEL = { luts: 0.95, dsps: 1.5 };

/** A look-up: address, then memory (sigmoid of the published designs). */
export const TABLE_CYCLES = 2;

export function productCycles(bits: number): number {
  return bits <= LUT_PRODUCT_BITS ? 1 : 2;
}

/** Cycles of `count` additions that saturate or round one after the other. */
export function chainCycles(count: number, budgetNs: number): number {
  return Math.ceil((count * CHAIN_STEP_NS) / budgetNs - 1e-9);
}

/** Products of two operands of so many bits together, and their sum in a type: a tree where its additions may be re-ordered. */
export function weightedSumCycles(
  { terms, bits }: { readonly terms: number; readonly bits: number },
  accumulator: FixedFormat,
  budgetNs: number,
): number {
  if (isChain(accumulator)) return productCycles(bits) + chainCycles(terms, budgetNs);
  const slope = bits <= LUT_PRODUCT_BITS ? CYCLES_PER_LEVEL.luts : CYCLES_PER_LEVEL.dsps;
  return 2 + Math.round(slope * Math.max(0, Math.log2(terms) - FREE_LEVELS));
}

/** The sum of values without products. */
export function sumCycles(count: number, accumulator: FixedFormat, budgetNs: number): number {
  if (isChain(accumulator)) return chainCycles(count, budgetNs);
  return 1 + Math.round(CYCLES_PER_LEVEL.luts * Math.max(0, Math.log2(count) - FREE_LEVELS));
}

/** Selections of the larger of two, one behind the other. */
export function selectionCycles(levels: number, bits: number, budgetNs: number): number {
  return Math.ceil((levels * selectionNs(bits)) / budgetNs - 1e-9);
}

export function levelsOf(count: number): number {
  return Math.ceil(Math.log2(Math.max(count, 1)));
}

/** Division by a constant: nothing where it is a shift, else a product with the reciprocal (sparse-pool2d.ts: 7 steps of a chain). */
export function constantDivisionCycles(divisor: number, budgetNs: number): number {
  return Number.isInteger(Math.log2(divisor)) ? 0 : chainCycles(7, budgetNs);
}

/** Division by a number known at run time: a bit of the quotient a cycle. Textbook restoring division; no report shows it. */
export function divisionCycles(bits: number): number {
  return bits + 2;
}

/** The fewest cycles between two additions to the same sum of `count` additions each. */
export function recurrenceInterval(count: number, accumulator: FixedFormat, budgetNs: number): number {
  return isChain(accumulator) ? Math.max(1, chainCycles(count, budgetNs)) : 1;
}
