/**
 * Nonlinear least squares by Levenberg-Marquardt with analytic derivatives: MINPACK's lmder.
 *
 * A trust region scaled by the largest column norms of the Jacobian seen so far; the step within it comes from a
 * pivoted QR factorisation and Hebden's iteration for the Levenberg-Marquardt parameter (J. Moré, "The
 * Levenberg-Marquardt algorithm: implementation and theory", Lecture Notes in Mathematics 630, 1978). A point whose
 * residuals are not all numbers counts as infinitely bad, so the step towards it is cut.
 */
import {
  applyReflector,
  dependentColumns,
  factorise,
  inverseNormalMatrix,
  makeFactors,
  norm,
  solveRegularised,
  type Factors,
} from './qr.ts';

/** The functions whose sum of squares is to be least. */
export interface LeastSquaresProblem {
  readonly residualCount: number;
  readonly parameterCount: number;
  /** Fills `residuals` at the point. */
  residuals(point: Float64Array, residuals: Float64Array): void;
  /** Fills the Jacobian at the point, column-major: d residual i / d parameter j at [i + j * residualCount]. */
  jacobian(point: Float64Array, jacobian: Float64Array): void;
  /** A matrix of the same shape whose J'J is the information at the end of the fit; by default the Jacobian. */
  information?(point: Float64Array, jacobian: Float64Array): void;
}

export interface LeastSquaresOptions {
  /** Relative reduction of the sum of squares that counts as none. Default 1.5e-8, as SciPy's leastsq. */
  readonly ftol?: number;
  /** Relative change of the point that counts as none. Default 1.5e-8. */
  readonly xtol?: number;
  /** Cosine between residuals and any column of the Jacobian that counts as 0. Default 0. */
  readonly gtol?: number;
  /** Most residual evaluations; default 2000 (n + 1), as lmfit. */
  readonly maxEvaluations?: number;
  /** Initial step bound, in units of the norm of the scaled start. Default 100. */
  readonly factor?: number;
}

/** Why the iteration ended. `lost` means that the start itself has residuals that are no numbers. */
export type Convergence =
  'ftol' | 'xtol' | 'ftol and xtol' | 'gtol' | 'evaluations' | 'machine precision' | 'lost';

export interface LeastSquaresResult {
  readonly point: Float64Array;
  readonly sumOfSquares: number;
  readonly convergence: Convergence;
  readonly evaluations: number;
  readonly jacobianEvaluations: number;
  /** (J'J)^-1 of the information at the point, row by row; undefined if J has not full rank there. */
  readonly inverseHessian: Float64Array | undefined;
  /** Parameters whose columns of J depend on those of the others within rounding; empty if none. */
  readonly undetermined: readonly number[];
}

/**
 * Minimises the sum of squared residuals from a start.
 *
 * @throws RangeError if there are fewer residuals than parameters
 */
export function minimise(
  problem: LeastSquaresProblem,
  start: ArrayLike<number>,
  options: LeastSquaresOptions = {},
): LeastSquaresResult {
  return new Minimiser(problem, options).run(start);
}

const leastPositive = 2.2250738585072014e-308;

class Minimiser {
  private readonly problem: LeastSquaresProblem;
  private readonly options: Required<LeastSquaresOptions>;
  private readonly m: number;
  private readonly n: number;
  private readonly jacobian: Float64Array;
  private readonly factors: Factors;
  private readonly scale: Float64Array;
  private readonly qtf: Float64Array;
  private readonly step: Float64Array;
  private readonly sdiag: Float64Array;
  private readonly work: Float64Array;
  private readonly scaled: Float64Array;
  private readonly weighted: Float64Array;

  constructor(problem: LeastSquaresProblem, options: LeastSquaresOptions) {
    const { residualCount: m, parameterCount: n } = problem;
    if (m < n) throw new RangeError(`${n} parameters cannot be fitted to ${m} residuals`);
    this.problem = problem;
    this.m = m;
    this.n = n;
    this.options = {
      ftol: options.ftol ?? 1.5e-8,
      xtol: options.xtol ?? 1.5e-8,
      gtol: options.gtol ?? 0,
      maxEvaluations: options.maxEvaluations ?? 2000 * (n + 1),
      factor: options.factor ?? 100,
    };
    this.jacobian = new Float64Array(m * n);
    this.factors = makeFactors(n);
    this.scale = new Float64Array(n);
    this.qtf = new Float64Array(n);
    this.step = new Float64Array(n);
    this.sdiag = new Float64Array(n);
    this.work = new Float64Array(m);
    this.scaled = new Float64Array(n);
    this.weighted = new Float64Array(n);
  }

  run(start: ArrayLike<number>): LeastSquaresResult {
    const { problem, m, n, scale, step } = this;
    const { ftol, xtol, gtol, maxEvaluations, factor } = this.options;
    const epsilon = Number.EPSILON;
    let point = Float64Array.from(start);
    let trial = new Float64Array(n);
    let residuals = new Float64Array(m);
    let trialResiduals = new Float64Array(m);
    problem.residuals(point, residuals);
    let fnorm = norm(residuals);
    let evaluations = 1;
    let jacobianEvaluations = 0;
    let parameter = 0;
    let delta = 0;
    let xnorm = 0;
    const finish = (convergence: Convergence): LeastSquaresResult => {
      if (problem.information === undefined) problem.jacobian(point, this.jacobian);
      else problem.information(point, this.jacobian);
      factorise(this.jacobian, m, this.factors, this.work);
      return {
        point,
        sumOfSquares: fnorm * fnorm,
        convergence,
        evaluations,
        jacobianEvaluations,
        inverseHessian: inverseNormalMatrix(this.jacobian, m, this.factors),
        undetermined: dependentColumns(m, this.factors),
      };
    };
    if (!Number.isFinite(fnorm)) return finish('lost');

    for (let isFirst = true; ;) {
      problem.jacobian(point, this.jacobian);
      jacobianEvaluations++;
      factorise(this.jacobian, m, this.factors, this.work);
      const { norms } = this.factors;
      if (isFirst) {
        for (let j = 0; j < n; j++) scale[j] = norms[j] === 0 ? 1 : norms[j];
        xnorm = this.scaledNorm(point);
        delta = factor * xnorm || factor;
      }
      this.project(residuals);
      const gnorm = this.gradientNorm(fnorm);
      if (gnorm <= gtol) return finish('gtol');
      if (!Number.isFinite(gnorm)) return finish('lost');
      for (let j = 0; j < n; j++) scale[j] = Math.max(scale[j], norms[j]);

      for (let ratio = 0; ratio < 1e-4;) {
        parameter = this.chooseParameter(delta, parameter);
        for (let j = 0; j < n; j++) {
          step[j] = -step[j];
          trial[j] = point[j] + step[j];
        }
        const pnorm = this.scaledNorm(step);
        if (isFirst) delta = Math.min(delta, pnorm);
        problem.residuals(trial, trialResiduals);
        evaluations++;
        const trialNorm = norm(trialResiduals);
        const actual = 0.1 * trialNorm < fnorm ? 1 - (trialNorm / fnorm) ** 2 : -1;
        const linear = this.linearChange() / fnorm;
        const damped = (Math.sqrt(parameter) * pnorm) / fnorm;
        const predicted = linear * linear + (damped * damped) / 0.5;
        const slope = -(linear * linear + damped * damped);
        ratio = predicted === 0 ? 0 : actual / predicted;

        if (ratio <= 0.25) {
          let shrink = actual >= 0 ? 0.5 : (0.5 * slope) / (slope + 0.5 * actual);
          if (!(0.1 * trialNorm < fnorm) || shrink < 0.1) shrink = 0.1;
          delta = shrink * Math.min(delta, pnorm / 0.1);
          parameter /= shrink;
        } else if (parameter === 0 || ratio >= 0.75) {
          delta = pnorm / 0.5;
          parameter *= 0.5;
        }
        if (ratio >= 1e-4) {
          [point, trial] = [trial, point];
          [residuals, trialResiduals] = [trialResiduals, residuals];
          xnorm = this.scaledNorm(point);
          fnorm = trialNorm;
          isFirst = false;
        }
        const isFlat = (tolerance: number) =>
          Math.abs(actual) <= tolerance && predicted <= tolerance && 0.5 * ratio <= 1;
        const isStill = delta <= xtol * xnorm;
        if (isFlat(ftol)) return finish(isStill ? 'ftol and xtol' : 'ftol');
        if (isStill) return finish('xtol');
        if (evaluations >= maxEvaluations) return finish('evaluations');
        if (isFlat(epsilon) || delta <= epsilon * xnorm || gnorm <= epsilon)
          return finish('machine precision');
      }
    }
  }

  private scaledNorm(vector: Float64Array): number {
    for (let j = 0; j < this.n; j++) this.weighted[j] = this.scale[j] * vector[j];
    return norm(this.weighted);
  }

  /** qtf = Q' residuals; the diagonal of R takes its place in the Jacobian. */
  private project(residuals: Float64Array): void {
    const { m, n, jacobian, factors, qtf, work } = this;
    work.set(residuals);
    for (let j = 0; j < n; j++) {
      applyReflector(jacobian, m, j, work, 0);
      jacobian[j + j * m] = factors.diagonal[j];
      qtf[j] = work[j];
    }
  }

  /** Largest cosine between the residuals and a column of the Jacobian. */
  private gradientNorm(fnorm: number): number {
    const { m, n, jacobian, factors, qtf } = this;
    let largest = 0;
    if (fnorm === 0) return 0;
    for (let j = 0; j < n; j++) {
      const columnNorm = factors.norms[factors.pivots[j]];
      if (columnNorm === 0) continue;
      let sum = 0;
      for (let i = 0; i <= j; i++) sum += jacobian[i + j * m] * (qtf[i] / fnorm);
      const cosine = Math.abs(sum / columnNorm);
      largest = cosine > largest || Number.isNaN(cosine) ? cosine : largest;
    }
    return largest;
  }

  /** ||R P' step|| */
  private linearChange(): number {
    const { m, n, jacobian, factors, step, scaled } = this;
    scaled.fill(0);
    for (let j = 0; j < n; j++) {
      const amount = step[factors.pivots[j]];
      for (let i = 0; i <= j; i++) scaled[i] += jacobian[i + j * m] * amount;
    }
    return norm(scaled);
  }

  /**
   * Finds the parameter for which the step has length delta within 10 %, or 0 if the Gauss-Newton step is no longer;
   * leaves the (negated) step in `step`. MINPACK's lmpar.
   */
  private chooseParameter(delta: number, guess: number): number {
    const { m, n, jacobian: r, factors, qtf, scale, step, sdiag, weighted, scaled } = this;
    const { pivots } = factors;
    const work = this.work;
    let rank = n;
    for (let j = 0; j < n; j++) {
      work[j] = qtf[j];
      if (r[j + j * m] === 0 && rank === n) rank = j;
      if (rank < n) work[j] = 0;
    }
    for (let j = rank - 1; j >= 0; j--) {
      work[j] /= r[j + j * m];
      for (let i = 0; i < j; i++) work[i] -= r[i + j * m] * work[j];
    }
    for (let j = 0; j < n; j++) step[pivots[j]] = work[j];
    let length = this.scaledNorm(step);
    let excess = length - delta;
    if (excess <= 0.1 * delta) return 0;

    // Bounds: the Newton step from 0 below, the gradient above.
    let lower = 0;
    if (rank === n) {
      for (let j = 0; j < n; j++) work[j] = scale[pivots[j]] * (weighted[pivots[j]] / length);
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let i = 0; i < j; i++) sum += r[i + j * m] * work[i];
        work[j] = (work[j] - sum) / r[j + j * m];
      }
      const inverse = norm(work, 0, n);
      lower = excess / delta / inverse / inverse;
    }
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i <= j; i++) sum += r[i + j * m] * qtf[i];
      work[j] = sum / scale[pivots[j]];
    }
    const gradient = norm(work, 0, n);
    let upper = gradient / delta;
    if (upper === 0) upper = leastPositive / Math.min(delta, 0.1);
    let parameter = Math.min(Math.max(guess, lower), upper);
    if (parameter === 0) parameter = gradient / length;

    for (let iteration = 1; ; iteration++) {
      if (parameter === 0) parameter = Math.max(leastPositive, 0.001 * upper);
      const root = Math.sqrt(parameter);
      for (let j = 0; j < n; j++) scaled[j] = root * scale[j];
      solveRegularised(r, m, pivots, scaled, qtf, step, sdiag, work);
      length = this.scaledNorm(step);
      const before = excess;
      excess = length - delta;
      const isClose = Math.abs(excess) <= 0.1 * delta;
      if (isClose || (lower === 0 && excess <= before && before < 0) || iteration === 10) break;
      for (let j = 0; j < n; j++) work[j] = scale[pivots[j]] * (weighted[pivots[j]] / length);
      for (let j = 0; j < n; j++) {
        work[j] /= sdiag[j];
        for (let i = j + 1; i < n; i++) work[i] -= r[i + j * m] * work[j];
      }
      const inverse = norm(work, 0, n);
      const correction = excess / delta / inverse / inverse;
      if (excess > 0) lower = Math.max(lower, parameter);
      if (excess < 0) upper = Math.min(upper, parameter);
      parameter = Math.max(lower, parameter + correction);
    }
    return parameter;
  }
}
