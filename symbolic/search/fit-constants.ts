/**
 * Fits the constants of a candidate by Levenberg-Marquardt on its residuals, with analytic derivatives.
 *
 * Damping after D. Marquardt (SIAM J. Appl. Math. 11, 1963): the diagonal of J^T W J is enlarged by 1 + lambda. For
 * losses other than squares, W holds the weights of iteratively reweighted least squares.
 */
import type { Evaluator } from './kernel/evaluator.ts';
import { mostFitted } from './kernel/memory.ts';
import type { Random } from './random.ts';
import type { Tree } from './tree.ts';

export interface FitOptions {
  readonly iterations: number;
  /** Further starts from randomly changed constants. */
  readonly restarts: number;
}

const system = new Float64Array((mostFitted * (mostFitted + 3)) / 2);
const factor = new Float64Array(mostFitted * mostFitted);
const step = new Float64Array(mostFitted);
const current = new Float64Array(mostFitted);
const trial = new Float64Array(mostFitted);
const start = new Float64Array(mostFitted);
const best = new Float64Array(mostFitted);

/**
 * @returns the loss over the rows in use, at most `loss`; the candidate holds the constants that reach it
 */
export function fitConstants(
  evaluator: Evaluator,
  candidate: readonly Tree[],
  loss: number,
  options: FitOptions,
  random: Random,
): number {
  const fit = evaluator.openFit(candidate);
  if (fit === undefined) return loss;
  const count = fit.constants.length;
  evaluator.readConstants(fit, start);
  let lowest = loss;
  for (let attempt = 0; attempt <= options.restarts; attempt++) {
    for (let i = 0; i < count; i++) {
      current[i] = attempt === 0 ? start[i] : start[i] * (1 + 0.5 * random.normal());
    }
    const reached = descend(evaluator, fit, options.iterations);
    if (reached < lowest) {
      lowest = reached;
      best.set(current.subarray(0, count));
    }
  }
  if (lowest < loss) evaluator.storeConstants(fit, best, candidate);
  return lowest;
}

/** Levenberg-Marquardt from `current`, where it leaves the best point. */
function descend(
  evaluator: Evaluator,
  fit: NonNullable<ReturnType<Evaluator['openFit']>>,
  iterations: number,
): number {
  const count = fit.constants.length;
  evaluator.writeConstants(fit, current);
  let loss = evaluator.lossOfFit(fit);
  if (!(loss < Infinity) || !evaluator.normalEquations(fit, system)) return loss;
  let lambda = 1e-3;
  for (let iteration = 0; iteration < iterations && loss > 0; iteration++) {
    if (!solve(count, lambda)) {
      lambda = Math.max(lambda * 10, 1e-6);
      continue;
    }
    for (let i = 0; i < count; i++) trial[i] = current[i] - step[i];
    evaluator.writeConstants(fit, trial);
    const reached = evaluator.lossOfFit(fit);
    if (reached < loss) {
      const isSettled = loss - reached < 1e-9 * loss;
      loss = reached;
      current.set(trial.subarray(0, count));
      lambda = lambda * 0.1;
      if (isSettled || iteration === iterations - 1 || !evaluator.normalEquations(fit, system)) break;
    } else {
      lambda = Math.max(lambda * 10, 1e-6);
      if (lambda > 1e8) break;
    }
  }
  return loss;
}

/** Solves (A + lambda diag A) step = gradient by Cholesky's method; false if A is singular. */
function solve(count: number, lambda: number): boolean {
  for (let i = 0, cell = 0; i < count; i++) {
    for (let j = 0; j <= i; j++, cell++) {
      let sum = system[cell];
      if (i === j) sum += lambda * sum;
      for (let k = 0; k < j; k++) sum -= factor[i * mostFitted + k] * factor[j * mostFitted + k];
      if (i !== j) factor[i * mostFitted + j] = sum / factor[j * mostFitted + j];
      else {
        // A pivot lost in rounding means a redundant constant.
        if (!(sum > 1e-14 * system[cell])) return false;
        factor[i * mostFitted + i] = Math.sqrt(sum);
      }
    }
  }
  const gradient = (count * (count + 1)) / 2;
  for (let i = 0; i < count; i++) {
    let sum = system[gradient + i];
    for (let k = 0; k < i; k++) sum -= factor[i * mostFitted + k] * step[k];
    step[i] = sum / factor[i * mostFitted + i];
  }
  for (let i = count - 1; i >= 0; i--) {
    let sum = step[i];
    for (let k = i + 1; k < count; k++) sum -= factor[k * mostFitted + i] * step[k];
    step[i] = sum / factor[i * mostFitted + i];
  }
  return true;
}
