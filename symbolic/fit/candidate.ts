/**
 * One candidate function through its whole treatment: simplification, parametrisation, refit, goodness, uncertainties.
 */
import {
  countNodes,
  evaluateColumns,
  parameterNames,
  printSympy,
  simplifyOver,
  WasmWorkspace,
  type Expression,
  type OperatorTable,
} from '../expression/index.ts';
import { Random } from '../search/random.ts';
import { binCount, type BinnedData } from './binned-data.ts';
import { goodnessOfFit, type Goodness } from './goodness.ts';
import { FitFunction, makeObjective, type Objective, type ObjectiveKind } from './objective.ts';
import { parametriseExactly } from './parameters.ts';
import { profileIntervals, type ProfileInterval } from './profile.ts';
import { refit, type Refit } from './refit.ts';
import {
  chooseScaling,
  scaleData,
  unscaleExpression,
  type Scaling,
  type XScale,
  type YScale,
} from './scaling.ts';
import { parametrise, refitSubsets, roundSignificant } from './symbolfit-rules.ts';

export interface CandidateOptions {
  /** SymbolFit's rules instead of ours; see docs/symbolic.md. */
  readonly compat?: boolean;
  /** Default `auto`; in compat mode `range`. */
  readonly scaleX?: XScale;
  readonly scaleY?: YScale;
  /** Per cent of a parameter's value. Default 20. */
  readonly maxStandardErrorPercent?: number;
  /** Multiply covariances by chi2 / ndf. Default: only where the data have no errors. */
  readonly scaleCovariance?: boolean;
  /** Add profile-likelihood intervals. Default false. */
  readonly profile?: boolean;
  readonly operators?: OperatorTable;
}

/** A data set with all that the treatment of its candidates shares. */
export interface FitContext {
  readonly data: BinnedData;
  readonly objective: Objective;
  readonly scaling: Scaling;
  readonly scaled: BinnedData;
  readonly scaledObjective: Objective;
  readonly workspace: WasmWorkspace;
  readonly options: CandidateOptions;
}

export interface Candidate {
  /** Size of the expression as it was found. */
  readonly complexity: number;
  /** The simplified expression with its constants, in scaled units. */
  readonly equation: string;
  /** The form that was fitted, in scaled units; parameters are a1, a2, ... or the user's names. */
  readonly form: Expression;
  /** Values of the parameters before the fit. */
  readonly start: Readonly<Record<string, number>>;
  readonly fit: Refit;
  /** The form in the units of the data. */
  readonly unscaled: Expression;
  readonly goodness: Goodness;
  /** With the parameters at their start. */
  readonly goodnessBefore: Goodness;
  /** Fitted values in the bins, in the units of the data. */
  readonly values: Float64Array;
  readonly intervals?: readonly ProfileInterval[];
}

/** @throws InputError if the data lack what the kind of objective needs */
export function makeContext(data: BinnedData, kind: ObjectiveKind, options: CandidateOptions): FitContext {
  const scaleX = options.scaleX ?? (options.compat ? 'range' : 'auto');
  // Counts stay counts: a Poisson likelihood knows no other unit.
  const isRaw = kind === 'poisson' || scaleX === 'none';
  const scaling = chooseScaling(data, scaleX, isRaw ? 'none' : (options.scaleY ?? 'mean'));
  const scaled = scaleData(data, scaling);
  return {
    data,
    objective: makeObjective(data, kind),
    scaling,
    scaled,
    scaledObjective: makeObjective(scaled, kind),
    workspace: new WasmWorkspace(scaled.x, binCount(scaled)),
    options,
  };
}

/** Treats an expression with constants, in scaled units, as the search finds it. */
export function treatFound(context: FitContext, found: Expression, complexity: number): Candidate {
  const { scaled, options } = context;
  const simple = simplifyOver(found, scaled.x, binCount(scaled), 1e-9, options.operators);
  const { expression: form, start } = options.compat ? parametrise(simple) : parametriseExactly(simple);
  return finish(context, form, Object.fromEntries(start), printSympy(simple, printing(options)), complexity);
}

/**
 * Treats a form given by the user, whose names are its parameters.
 *
 * @param start values by name; those that are missing are tried at several places and the best fit is kept
 */
export function treatGiven(
  context: FitContext,
  form: Expression,
  start: Readonly<Record<string, number>> = {},
  seed = 0,
): Candidate {
  const names = parameterNames(form);
  const random = new Random(seed, 0x7374727473);
  const missing = names.filter((name) => start[name] === undefined);
  const tries = missing.length === 0 ? 1 : 40;
  let best: Candidate | undefined;
  for (let i = 0; i < tries; i++) {
    // First all ones, then signs and sizes over six orders of magnitude around one.
    const guess = () => (i === 0 ? 1 : (random.uniform() < 0.3 ? -1 : 1) * Math.exp(2.5 * random.normal()));
    const full = Object.fromEntries(names.map((name) => [name, start[name] ?? guess()]));
    const candidate = finish(
      context,
      form,
      full,
      printSympy(form, printing(context.options)),
      countNodes(form),
    );
    const isBetter = !(candidate.fit.sumOfSquares >= (best?.fit.sumOfSquares ?? Infinity));
    if (best === undefined || (isBetter && Number.isFinite(candidate.fit.sumOfSquares))) best = candidate;
  }
  return best!;
}

const printing = ({ operators }: CandidateOptions) => ({ ...(operators && { operators }) });

function finish(
  context: FitContext,
  form: Expression,
  start: Readonly<Record<string, number>>,
  equation: string,
  complexity: number,
): Candidate {
  const { options, scaledObjective, workspace } = context;
  const names = Object.keys(start);
  const fitFunction = new FitFunction(form, names, workspace, options.operators);
  const initial = names.map((name) => start[name]);
  const percent = options.maxStandardErrorPercent ?? 20;
  const fit = options.compat
    ? refitSubsets(fitFunction, scaledObjective, initial, { maxStandardErrorPercent: percent })
    : refit(fitFunction, scaledObjective, initial, {
        maxRelativeError: percent / 100,
        scaleCovariance: options.scaleCovariance ?? scaledObjective.kind === 'unweighted',
      });
  const values = valuesInData(context, fitFunction, fit.parameters.map(({ value }) => value)); // prettier-ignore
  const unfittedValues = valuesInData(context, fitFunction, initial);
  const free = fit.free.length;
  return {
    complexity,
    equation,
    form,
    start,
    fit,
    unscaled: unscaledForm(context, form),
    goodness: goodnessOfFit(context.objective, values, free),
    goodnessBefore: goodnessOfFit(context.objective, unfittedValues, free),
    values,
    ...(options.profile && { intervals: profileIntervals(fitFunction, scaledObjective, fit) }),
  };
}

/** The form in the units of the data; SymbolFit rounds the factors in it to six digits. */
function unscaledForm({ scaling, options }: FitContext, form: Expression): Expression {
  return unscaleExpression(form, options.compat ? roundScaling(scaling) : scaling);
}

function roundScaling({ x, yFactor }: Scaling): Scaling {
  return {
    x: x.map(({ offset, factor }) => ({ offset, factor: roundSignificant(factor, 6) })),
    yFactor: 1 / roundSignificant(1 / yFactor, 6),
  };
}

/** Function values in the units of the data; in compat mode of the printed function with printed parameters. */
function valuesInData(
  context: FitContext,
  fitFunction: FitFunction,
  parameters: readonly number[],
): Float64Array {
  const { data, scaling, options } = context;
  const values = new Float64Array(binCount(data));
  if (!options.compat) {
    fitFunction.values(parameters, values);
    return values.map((value) => value / scaling.yFactor);
  }
  const named = fitFunction.parameters.map((name, i) => [name, roundSignificant(parameters[i], 6)] as const);
  return evaluateColumns(
    unscaledForm(context, fitFunction.expression),
    data.x,
    binCount(data),
    Object.fromEntries(named),
    printing(options),
  );
}

/** Correlation of the free parameters, row by row. */
export function correlation({ covariance, free }: Refit): Float64Array {
  const n = free.length;
  return covariance.map((entry, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    const value = entry / Math.sqrt(covariance[row * n + row] * covariance[column * n + column]);
    return Math.max(-1, Math.min(1, value));
  });
}
