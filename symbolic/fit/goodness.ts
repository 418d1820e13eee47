/** How well a function describes binned data. */
import { upperGammaRatio } from '../expression/special-functions.ts';
import type { Objective } from './objective.ts';

export interface Goodness {
  /** Sum of squared residuals of the objective: chi2, or the Poisson likelihood ratio. Absent if unweighted. */
  readonly chi2?: number;
  /** Bins minus free parameters; -1 if that is not above 0. */
  readonly ndf: number;
  /** Probability of a larger chi2; absent without chi2 or degrees of freedom. */
  readonly pValue?: number;
  /** Root of the mean squared distance, in units of y. */
  readonly rmse: number;
  /** Coefficient of determination; NaN if all y are equal. */
  readonly r2: number;
}

/**
 * @param predicted function values in the units of the objective's data
 * @param freeParameters number of parameters that were fitted
 */
export function goodnessOfFit(
  objective: Objective,
  predicted: Float64Array,
  freeParameters: number,
): Goodness {
  const { y, exposure } = objective.data;
  const bins = y.length;
  const expected =
    objective.kind === 'poisson' && exposure ? predicted.map((f, i) => f * exposure[i]) : predicted;
  const mean = y.reduce((sum, value) => sum + value, 0) / bins;
  const distance = y.reduce((sum, value, i) => sum + (expected[i] - value) ** 2, 0);
  const spread = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const ndf = bins - freeParameters > 0 ? bins - freeParameters : -1;
  const shared = { ndf, rmse: Math.sqrt(distance / bins), r2: spread === 0 ? NaN : 1 - distance / spread };
  if (objective.kind === 'unweighted') return shared;
  const residuals = new Float64Array(bins);
  objective.residuals(predicted, residuals);
  const chi2 = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  return { ...shared, chi2, ...(ndf > 0 && { pValue: chi2Survival(chi2, ndf) }) };
}

/** Probability that chi2 of that many degrees of freedom is larger (Abramowitz and Stegun 26.4.19). */
export function chi2Survival(chi2: number, ndf: number): number {
  return Number.isNaN(chi2) ? NaN : upperGammaRatio(ndf / 2, chi2 / 2);
}
