/** Chooses the candidate to look at first. */
import type { Candidate } from './candidate.ts';

/**
 * The candidate with the least Bayesian information criterion, chi2 + k ln n for k parameters and n bins
 * (G. Schwarz, Ann. Statist. 6 (1978) 461), where each node beyond the simplest counts a tenth of a parameter, since the
 * form too was chosen from the data. Parameters held fixed count as well: their values come from the data. Without errors chi2 is n ln(mean squared distance).
 *
 * @returns its index; 0 without any
 */
export function simplestGood(candidates: readonly Candidate[]): number {
  const scores = candidates.map(({ goodness, fit, complexity, values }) => {
    const bins = values.length;
    const misfit = goodness.chi2 ?? bins * Math.log(Math.max(goodness.rmse ** 2, Number.MIN_VALUE));
    return misfit + (fit.parameters.length + 0.1 * complexity) * Math.log(bins);
  });
  let best = 0;
  scores.forEach((score, i) => {
    if (score < scores[best] || Number.isNaN(scores[best])) best = i;
  });
  return best;
}
