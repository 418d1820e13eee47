/**
 * What a fit minimises: the deviations of an expression from binned data, in units of their uncertainty.
 *
 * Three kinds. `chi2`: r = (f - y) / sigma, where sigma is the upward error if f is above y and the downward one if it
 * is below. `poisson`: r is the signed root of the bin's contribution to the likelihood-ratio chi2 for counts,
 * 2 (mu - n + n ln(n / mu)) with mu = exposure × f (S. Baker and R. Cousins, NIM 221 (1984) 437), which is right for
 * empty bins too. `unweighted`: r = f - y.
 */
import { InputError } from '../../sim/model/input-error.ts';
import { compileTape, type Evaluator, type Expression, type OperatorTable } from '../expression/index.ts';
import type { WasmWorkspace } from '../expression/wasm-evaluator.ts';
import { binCount, twoSidedErrors, type BinnedData } from './binned-data.ts';
import type { LeastSquaresProblem } from './levenberg-marquardt.ts';

export type ObjectiveKind = 'chi2' | 'poisson' | 'unweighted';

/** Residuals and their slopes by the function value, bin by bin. */
export interface Objective {
  readonly kind: ObjectiveKind;
  readonly data: BinnedData;
  /** Turns function values into residuals, in place or not. */
  residuals(values: Float64Array, residuals: Float64Array): void;
  /** d residual / d f. */
  slopes(values: Float64Array, slopes: Float64Array): void;
  /** Roots of the expected information on f in each bin, where they are not the slopes. */
  information?(values: Float64Array, roots: Float64Array): void;
}

/** @throws InputError `FIT010`, `FIT011` if the data lack what the kind needs */
export function makeObjective(data: BinnedData, kind: ObjectiveKind): Objective {
  switch (kind) {
    case 'chi2':
      return chi2Objective(data);
    case 'poisson':
      return poissonObjective(data);
    case 'unweighted':
      return {
        kind,
        data,
        residuals: (values, residuals) => {
          for (let i = 0; i < values.length; i++) residuals[i] = values[i] - data.y[i];
        },
        slopes: (values, slopes) => slopes.fill(1),
      };
  }
}

function lacking(data: BinnedData, code: string, field: string, what: string, mend: string): InputError {
  return new InputError({ code, what, file: data.name, field, mend });
}

function chi2Objective(data: BinnedData): Objective {
  if (data.errors === undefined)
    throw lacking(
      data,
      'FIT010',
      'y_up, y_down',
      'a chi2 needs errors on y',
      'give them, or fit counts by poisson, or unweighted',
    );
  const { y } = data;
  const { up, down } = twoSidedErrors(data.errors);
  return {
    kind: 'chi2',
    data,
    residuals: (values, residuals) => {
      for (let i = 0; i < y.length; i++) {
        const distance = values[i] - y[i];
        residuals[i] = distance / (distance > 0 ? up[i] : down[i]);
      }
    },
    slopes: (values, slopes) => {
      for (let i = 0; i < y.length; i++) slopes[i] = 1 / (values[i] > y[i] ? up[i] : down[i]);
    },
  };
}

function poissonObjective(data: BinnedData): Objective {
  const { y } = data;
  const bad = y.findIndex((count) => count < 0 || !Number.isInteger(count));
  if (bad >= 0) {
    throw lacking(
      data,
      'FIT011',
      `y, bin ${bad + 1}`,
      `the value is ${y[bad]}`,
      'a Poisson likelihood needs counts; use chi2',
    );
  }
  const exposure = data.exposure ?? new Float64Array(y.length).fill(1);
  return {
    kind: 'poisson',
    data,
    residuals: (values, residuals) => {
      for (let i = 0; i < y.length; i++) residuals[i] = signedRoot(exposure[i] * values[i], y[i]);
    },
    slopes: (values, slopes) => {
      for (let i = 0; i < y.length; i++) {
        const mean = exposure[i] * values[i];
        const root = signedRoot(mean, y[i]);
        // Near mean = n > 0 both parts vanish; there the slope tends to 1 / sqrt(n).
        const isNear = y[i] > 0 && Math.abs(root) < 1e-6;
        slopes[i] = exposure[i] * (isNear ? 1 / Math.sqrt(mean) : (1 - y[i] / mean) / root);
      }
    },
    information: (values, roots) => {
      for (let i = 0; i < y.length; i++) roots[i] = exposure[i] / Math.sqrt(exposure[i] * values[i]);
    },
  };
}

/** Root of 2 (mean - n + n ln(n / mean)) with the sign of mean - n; NaN for a mean that is not above 0. */
function signedRoot(mean: number, n: number): number {
  if (!(mean > 0)) return NaN;
  if (n === 0) return Math.sqrt(2 * mean);
  const relative = (mean - n) / n;
  // Near 0 the difference of large numbers would lose all digits; its series does not.
  const deviance =
    Math.abs(relative) < 1e-3
      ? n * relative * relative * (1 - relative * (2 / 3 - relative * (1 / 2 - relative * (2 / 5))))
      : 2 * (mean - n - n * Math.log1p(relative));
  return Math.sign(relative) * Math.sqrt(Math.max(0, deviance));
}

/** An expression with its parameters over the bins of a workspace: values and derivatives. */
export class FitFunction {
  readonly expression: Expression;
  readonly parameters: readonly string[];
  readonly bins: number;
  private readonly workspace: WasmWorkspace;
  private readonly operators: OperatorTable | undefined;
  private readonly withDerivatives: Evaluator;
  private readonly outputs: Float64Array[];
  /** Output of the derivative by each parameter, 0 where it was not asked for. */
  private readonly outputOf: readonly number[];
  private valuesAlone: Evaluator | undefined;

  constructor(
    expression: Expression,
    parameters: readonly string[],
    workspace: WasmWorkspace,
    operators?: OperatorTable,
    derivatives: readonly string[] = parameters,
  ) {
    this.expression = expression;
    this.parameters = parameters;
    this.bins = workspace.rows;
    this.workspace = workspace;
    this.operators = operators;
    const tape = compileTape([expression], {
      parameters,
      derivatives,
      ...(operators && { operators }),
    });
    this.withDerivatives = workspace.evaluator(tape);
    this.outputs = tape.outputs.map(() => new Float64Array(this.bins));
    this.outputOf = parameters.map((name) => derivatives.indexOf(name) + 1);
  }

  /** Function values, one a bin. */
  values(parameters: ArrayLike<number>, values: Float64Array): void {
    const options = { parameters: this.parameters, ...(this.operators && { operators: this.operators }) };
    this.valuesAlone ??= this.workspace.evaluator(compileTape([this.expression], options));
    this.valuesAlone.evaluate(parameters, [values]);
  }

  /** Values and derivatives at once: the values are returned; the arrays are reused by the next call. */
  evaluate(parameters: ArrayLike<number>): Float64Array {
    this.withDerivatives.evaluate(parameters, this.outputs);
    return this.outputs[0];
  }

  /** The derivative by a parameter, by its index, where `evaluate` was called last. */
  derivative(parameter: number): Float64Array {
    const output = this.outputOf[parameter];
    if (output === 0)
      throw new RangeError(`the derivative by '${this.parameters[parameter]}' was not asked for`);
    return this.outputs[output];
  }
}

/**
 * The least-squares problem in the parameters that vary; the others keep the values in `fixedAt`.
 *
 * Values and derivatives are computed together and kept, since a Jacobian is nearly always asked for where residuals
 * just were.
 *
 * @param varied indices into the function's parameters
 */
export function leastSquaresProblem(
  fitFunction: FitFunction,
  objective: Objective,
  varied: readonly number[],
  fixedAt: ArrayLike<number>,
): LeastSquaresProblem {
  const bins = binCount(objective.data);
  const all = Float64Array.from(fixedAt);
  const slopes = new Float64Array(bins);
  let values: Float64Array | undefined;
  const valuesAt = (point: Float64Array): Float64Array => {
    let isSame = values !== undefined;
    for (let j = 0; j < varied.length; j++) {
      if (all[varied[j]] === point[j]) continue;
      all[varied[j]] = point[j];
      isSame = false;
    }
    if (!isSame || values === undefined) values = fitFunction.evaluate(all);
    return values;
  };
  const fill = (jacobian: Float64Array) => {
    for (let j = 0; j < varied.length; j++) {
      const derivative = fitFunction.derivative(varied[j]);
      const offset = j * bins;
      for (let i = 0; i < bins; i++) jacobian[offset + i] = derivative[i] * slopes[i];
    }
  };
  return {
    residualCount: bins,
    parameterCount: varied.length,
    residuals(point, residuals) {
      objective.residuals(valuesAt(point), residuals);
    },
    jacobian(point, jacobian) {
      objective.slopes(valuesAt(point), slopes);
      fill(jacobian);
    },
    ...(objective.information && {
      information(point: Float64Array, jacobian: Float64Array) {
        objective.information!(valuesAt(point), slopes);
        fill(jacobian);
      },
    }),
  };
}
