/**
 * Re-optimises the parameters of one candidate and finds which of them the data determine.
 *
 * All parameters are fitted together once. Those that the data leave undetermined are then held fixed at their fitted
 * values, where fixing changes neither the minimum nor the function: the covariance of the others is the conditional
 * one, obtained by Schur complements without another fit.
 */
import type { FitFunction, Objective } from './objective.ts';
import { leastSquaresProblem } from './objective.ts';
import { minimise, type Convergence } from './levenberg-marquardt.ts';

export interface RefitOptions {
  /**
   * Largest standard error of a free parameter, relative to its value; parameters are fixed until all keep it.
   * Default 0.2; Infinity fixes only what the data do not determine at all.
   */
  readonly maxRelativeError?: number;
  /** Multiply the covariance by chi2 / ndf, as where errors are known up to a factor. Default false. */
  readonly scaleCovariance?: boolean;
}

export interface FittedParameter {
  readonly name: string;
  readonly value: number;
  /** Standard error; 0 if held fixed. */
  readonly error: number;
  readonly isFixed: boolean;
}

export interface Refit {
  readonly parameters: readonly FittedParameter[];
  /** Names of the free parameters, in order. */
  readonly free: readonly string[];
  /** Covariance of the free parameters, row by row. */
  readonly covariance: Float64Array;
  readonly sumOfSquares: number;
  readonly convergence: Convergence | 'nothing to fit';
  readonly evaluations: number;
}

/**
 * Fits the parameters of `fitFunction` from a start.
 *
 * With more parameters than bins the last ones stay at their start.
 *
 * @param start values in the order of the function's parameters
 */
export function refit(
  fitFunction: FitFunction,
  objective: Objective,
  start: ArrayLike<number>,
  options: RefitOptions = {},
): Refit {
  const values = Float64Array.from(start);
  const names = fitFunction.parameters;
  let varied = names.map((_, i) => i).slice(0, fitFunction.bins);
  let evaluations = 0;
  for (;;) {
    if (varied.length === 0) return { ...unfitted(fitFunction, objective, values), evaluations };
    const problem = leastSquaresProblem(fitFunction, objective, varied, values);
    const result = minimise(problem, varied.map((i) => values[i])); // prettier-ignore
    varied.forEach((index, j) => (values[index] = result.point[j]));
    evaluations += result.evaluations;
    if (result.inverseHessian === undefined) {
      varied = varied.filter((_, j) => !result.undetermined.includes(j));
      continue;
    }
    const factor = options.scaleCovariance ? result.sumOfSquares / (fitFunction.bins - varied.length) : 1;
    const whole = result.inverseHessian.map((entry) => entry * factor);
    const chosen = chooseDetermined(whole, result.point, options.maxRelativeError ?? 0.2);
    const free = chosen.kept.map((j) => varied[j]);
    return {
      parameters: describe(names, values, free, chosen.covariance),
      free: free.map((i) => names[i]),
      covariance: chosen.covariance,
      sumOfSquares: result.sumOfSquares,
      convergence: result.convergence,
      evaluations,
    };
  }
}

/** Pairs values with the errors of the free ones. */
export function describe(
  names: readonly string[],
  values: ArrayLike<number>,
  free: readonly number[],
  covariance: Float64Array,
): FittedParameter[] {
  return names.map((name, i) => {
    const at = free.indexOf(i);
    const error = at < 0 ? 0 : Math.sqrt(covariance[at * free.length + at]);
    return { name, value: values[i], error, isFixed: at < 0 };
  });
}

/** The function as it stands, all parameters held fixed. */
export function unfitted(f: FitFunction, objective: Objective, values: ArrayLike<number>): Refit {
  const predicted = new Float64Array(f.bins);
  const residuals = new Float64Array(f.bins);
  f.values(values, predicted);
  objective.residuals(predicted, residuals);
  return {
    parameters: describe(f.parameters, values, [], new Float64Array(0)),
    free: [],
    covariance: new Float64Array(0),
    sumOfSquares: residuals.reduce((sum, r) => sum + r * r, 0),
    convergence: 'nothing to fit',
    evaluations: 1,
  };
}

/**
 * Chooses parameters to fix until every free one has a relative error below the bound.
 *
 * Each time that parameter is fixed which leaves the fewest others above the bound, and of those the one that leaves
 * the smallest worst error. Fixing k turns C into C - c_k c_k' / C_kk without row and column k.
 *
 * @param covariance n × n, row by row
 * @returns indices of the free parameters and their covariance
 */
export function chooseDetermined(
  covariance: Float64Array,
  values: ArrayLike<number>,
  maxRelativeError: number,
): { readonly kept: readonly number[]; readonly covariance: Float64Array } {
  let kept = Array.from({ length: values.length }, (_, i) => i);
  let current = covariance;
  const relative = (matrix: Float64Array, indices: readonly number[], j: number) =>
    Math.sqrt(Math.max(0, matrix[j * indices.length + j])) / Math.abs(values[indices[j]]);
  const isAbove = (error: number) => !(error < maxRelativeError);
  while (kept.some((_, j) => isAbove(relative(current, kept, j)))) {
    let best: { readonly rest: number[]; readonly matrix: Float64Array } | undefined;
    let bestScore = [Infinity, Infinity];
    for (let k = 0; k < kept.length; k++) {
      const rest = kept.filter((_, j) => j !== k);
      const matrix = conditionOn(current, kept.length, k);
      const errors = rest.map((_, j) => relative(matrix, rest, j));
      const score = [errors.filter(isAbove).length, Math.max(0, ...errors)];
      if (
        best === undefined ||
        score[0] < bestScore[0] ||
        (score[0] === bestScore[0] && score[1] < bestScore[1])
      ) {
        best = { rest, matrix };
        bestScore = score;
      }
    }
    kept = best!.rest;
    current = best!.matrix;
  }
  return { kept, covariance: current };
}

function conditionOn(matrix: Float64Array, n: number, k: number): Float64Array {
  const result = new Float64Array((n - 1) * (n - 1));
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === k || j === k) continue;
      result[at++] = matrix[i * n + j] - (matrix[i * n + k] * matrix[k * n + j]) / matrix[k * n + k];
    }
  }
  return result;
}
