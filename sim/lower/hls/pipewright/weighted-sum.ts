/** The arithmetic of dense layers, convolutions and recurrent layers, under both strategies. */
import type { FixedFormat } from 'fixed-point-ts';
import type { choicesFor } from '../../../model/index.ts';
import type { Step } from '../../../pipeline/index.ts';
import { loop, straight } from './context.ts';
import { recurrenceInterval, weightedSumCycles } from './operators.ts';

export interface WeightedSum {
  readonly terms: number;
  readonly sums: number;
  /** Bits of an input and a weight together. */
  readonly bits: number;
  readonly accumulator: FixedFormat;
  readonly budgetNs: number;
}

/** Everything at once: cycles from inputs to sums. */
export function latencyCycles({ terms, bits, accumulator, budgetNs }: WeightedSum): number {
  return weightedSumCycles({ terms, bits }, accumulator, budgetNs);
}

/** The loops of `weighted_sum_resource`: inputs, then groups of sums; biases before, results behind. */
export function resourceSteps(sum: WeightedSum, reuse: number): Step[] {
  const { inputsPerCycle, inputTrips, sumTrips } = shareOut(sum, reuse);
  const interval = recurrenceInterval(inputsPerCycle, sum.accumulator, sum.budgetNs);
  const depth =
    1 + weightedSumCycles({ terms: inputsPerCycle, bits: sum.bits }, sum.accumulator, sum.budgetNs);
  return [straight(1), loop('inputs x sums', [inputTrips, sumTrips], interval, depth), straight(1)];
}

/** The fewest multipliers that take at most `reuse` cycles: whole inputs first, then groups of sums. */
function shareOut({ terms, sums }: WeightedSum, reuse: number) {
  if (reuse <= terms) {
    const inputsPerCycle = Math.ceil(terms / reuse);
    return { inputsPerCycle, inputTrips: Math.ceil(terms / inputsPerCycle), sumTrips: 1 };
  }
  const groups = Math.min(sums, Math.floor(reuse / terms));
  return { inputsPerCycle: 1, inputTrips: terms, sumTrips: Math.ceil(sums / Math.ceil(sums / groups)) };
}

export function sharedWords({ strategy, reuseFactor }: ReturnType<typeof choicesFor>): string {
  return strategy === 'latency' ? `II ${reuseFactor}` : `resource, reuse factor ${reuseFactor}`;
}
