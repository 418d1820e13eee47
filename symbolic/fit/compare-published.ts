/**
 * Lays refits beside published candidates: each is fitted from its published start values with its published choice
 * of free parameters, by SymbolFit's rules, and the deviations from its published results are measured.
 */
import { parseSympy } from '../expression/index.ts';
import { WasmWorkspace } from '../expression/wasm-evaluator.ts';
import { binCount, type BinnedData } from './binned-data.ts';
import { goodnessOfFit } from './goodness.ts';
import { FitFunction, makeObjective, type Objective } from './objective.ts';
import { chooseScaling, scaleData, type Scaling, type YScale } from './scaling.ts';
import { refitChosen, refitSubsets, roundSignificant } from './symbolfit-rules.ts';
import { unfitted, type Refit } from './refit.ts';

/** One row of a published table, as far as it is compared. */
export interface PublishedCandidate {
  readonly index: number;
  readonly complexity: number;
  readonly parameterized: string;
  readonly parameterization: Readonly<Record<string, number>>;
  /** Best value, +1 and -1 sigma; zeros mean held fixed. */
  readonly parameters: Readonly<Record<string, readonly [number, number, number]>>;
  readonly ndf: number;
  readonly chi2: number;
  readonly rmse: number;
  readonly r2: number;
}

export interface PublishedRun {
  readonly data: BinnedData;
  readonly rescaleInput: boolean;
  readonly scaleY: YScale;
  readonly maxStandardErrorPercent: number;
}

/** Relative deviations, the largest over the candidate's parameters; 0 where there is nothing to compare. */
export interface Comparison {
  readonly index: number;
  readonly freeParameters: number;
  readonly parameterDeviation: number;
  readonly errorDeviation: number;
  readonly chi2Deviation: number;
  readonly chi2: number;
  readonly ndfAgrees: boolean;
  /** Whether the loop over subsets, left to itself, frees the same parameters. */
  readonly subsetAgrees: boolean;
  readonly evaluations: number;
}

/** Bounds within which a refit counts as the same result. */
export const agreement = { parameter: 0.02, error: 0.05, chi2: 0.02 } as const;

export function agrees({
  parameterDeviation,
  errorDeviation,
  chi2Deviation,
  ndfAgrees,
}: Comparison): boolean {
  return (
    parameterDeviation <= agreement.parameter &&
    errorDeviation <= agreement.error &&
    chi2Deviation <= agreement.chi2 &&
    ndfAgrees
  );
}

/** Everything of a run that its candidates share. */
export interface PreparedRun {
  readonly run: PublishedRun;
  readonly scaling: Scaling;
  readonly scaled: BinnedData;
  readonly workspace: WasmWorkspace;
  readonly scaledObjective: Objective;
  readonly objective: Objective;
}

export function prepareRun(run: PublishedRun): PreparedRun {
  const scaling = chooseScaling(
    run.data,
    run.rescaleInput ? 'range' : 'none',
    run.rescaleInput ? run.scaleY : 'none',
  );
  const scaled = scaleData(run.data, scaling);
  return {
    run,
    scaling,
    scaled,
    workspace: new WasmWorkspace(scaled.x, binCount(scaled)),
    scaledObjective: makeObjective(scaled, 'chi2'),
    objective: makeObjective(run.data, 'chi2'),
  };
}

/** One fit, from the text of the published form to its parameters and covariance: the part that is timed. */
export function refitPublished(
  prepared: PreparedRun,
  candidate: PublishedCandidate,
): { fitFunction: FitFunction; result: Refit } {
  const names = Object.keys(candidate.parameterization);
  const start = names.map((name) => candidate.parameterization[name]);
  const isFree = (name: string) => candidate.parameters[name][1] > 0;
  const form = parseSympy(candidate.parameterized);
  const fitFunction = new FitFunction(form, names, prepared.workspace, undefined, names.filter(isFree));
  const varied = names.map((_, i) => i).filter((i) => isFree(names[i]));
  const result =
    refitChosen(fitFunction, prepared.scaledObjective, start, varied) ??
    unfitted(fitFunction, prepared.scaledObjective, start);
  return { fitFunction, result };
}

export function comparePublished(prepared: PreparedRun, candidate: PublishedCandidate): Comparison {
  const { fitFunction, result } = refitPublished(prepared, candidate);
  const deviations = result.parameters.map(({ name, value, error }) => {
    const [best, up] = candidate.parameters[name];
    return {
      value: relative(roundSignificant(value, 6), best),
      error: relative(Number(error.toPrecision(3)), up),
    };
  });
  const chi2 = publishedChi2(prepared, fitFunction, result);
  const start = fitFunction.parameters.map((name) => candidate.parameterization[name]);
  const whole = new FitFunction(fitFunction.expression, fitFunction.parameters, prepared.workspace);
  const loop = refitSubsets(whole, prepared.scaledObjective, start, prepared.run);
  const ndf = goodnessOfFit(prepared.objective, prepared.run.data.y, result.free.length).ndf;
  return {
    index: candidate.index,
    freeParameters: result.free.length,
    parameterDeviation: Math.max(0, ...deviations.map(({ value }) => value)),
    errorDeviation: Math.max(0, ...deviations.map(({ error }) => error)),
    chi2Deviation: relative(chi2, candidate.chi2),
    chi2,
    ndfAgrees: ndf === candidate.ndf,
    subsetAgrees: loop.free.join() === result.free.join(),
    evaluations: result.evaluations,
  };
}

/** chi2 of the unscaled function with scale factors and parameters rounded to six digits, as it is published. */
function publishedChi2(
  { run, scaling, objective }: PreparedRun,
  fitFunction: FitFunction,
  result: Refit,
): number {
  const columns = run.data.x.map((column, i) => {
    const factor = roundSignificant(scaling.x[i].factor, 6);
    return column.map((value) => (value - scaling.x[i].offset) * factor);
  });
  const predicted = new Float64Array(run.data.y.length);
  const rounded = result.parameters.map(({ value }) => roundSignificant(value, 6));
  const workspace = new WasmWorkspace(columns, predicted.length);
  new FitFunction(fitFunction.expression, fitFunction.parameters, workspace).values(rounded, predicted);
  const factor = roundSignificant(1 / scaling.yFactor, 6);
  const unscaled = predicted.map((value) => value * factor);
  return roundSignificant(goodnessOfFit(objective, unscaled, result.free.length).chi2!, 4);
}

function relative(actual: number, expected: number): number {
  if (actual === expected) return 0;
  return Math.abs(actual - expected) / Math.abs(expected);
}
