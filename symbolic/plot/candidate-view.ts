/** What figures of a candidate need: values on the bins and on a fine grid, bands, shifted parameters, labels. */
import { printInfix, WasmWorkspace } from '../expression/index.ts';
import { drawParameters, sampleBands, gaussianLevels, symbolfitLevels, type Bands } from '../fit/bands.ts';
import type { Candidate, FitContext } from '../fit/candidate.ts';
import { FitFunction } from '../fit/objective.ts';

/** A function over some points in the units of the data. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface CandidateView {
  readonly context: FitContext;
  readonly candidate: Candidate;
  readonly index: number;
  /** Over the bins. */
  readonly bands: Bands;
  /** Pulls (data - fit) / error, or plain differences without errors. */
  readonly pulls: Float64Array;
  readonly hasErrors: boolean;
}

const gridPoints = 201;

export function viewCandidate(
  context: FitContext,
  candidate: Candidate,
  index: number,
  samples = 2000,
): CandidateView {
  const { objective, scaling, options } = context;
  const bands = rescaleBands(
    sampleBands(functionOver(context, candidate, context.scaled.x), candidate.fit, {
      samples,
      levels: options.compat ? symbolfitLevels : gaussianLevels,
    }),
    1 / scaling.yFactor,
  );
  const residuals = new Float64Array(candidate.values.length);
  objective.residuals(candidate.values, residuals);
  return {
    context,
    candidate,
    index,
    bands,
    pulls: residuals.map((residual) => -residual),
    hasErrors: objective.kind !== 'unweighted',
  };
}

/** The fine grid of a one-dimensional data set, in its units. */
export function fineGrid({ data }: FitContext): Float64Array {
  const [x] = data.x;
  const low = Math.min(...x.map((value, i) => value - (data.widths?.[i] ?? 0) / 2));
  const high = Math.max(...x.map((value, i) => value + (data.widths?.[i] ?? 0) / 2));
  return Float64Array.from({ length: gridPoints }, (_, i) => low + ((high - low) * i) / (gridPoints - 1));
}

/** The function on the grid, its parameters at their best values or one of them shifted by so many errors. */
export function curveOn(
  view: CandidateView,
  grid: Float64Array,
  shift?: { name: string; errors: number },
): Curve {
  const { context, candidate } = view;
  const { offset, factor } = context.scaling.x[0];
  const fitFunction = functionOver(context, candidate, [grid.map((value) => (value - offset) * factor)]);
  const parameters = candidate.fit.parameters.map(({ name, value, error }) =>
    name === shift?.name ? value + shift.errors * error : value,
  );
  const values = new Float64Array(grid.length);
  fitFunction.values(parameters, values);
  return { x: grid, y: values.map((value) => value / context.scaling.yFactor) };
}

/** Bands and some sampled curves on the grid. */
export function sampledOn(
  view: CandidateView,
  grid: Float64Array,
  curves: number,
): { bands: Bands; drawn: Curve[] } {
  const { context, candidate } = view;
  const { offset, factor } = context.scaling.x[0];
  const fitFunction = functionOver(context, candidate, [grid.map((value) => (value - offset) * factor)]);
  const yUnit = 1 / context.scaling.yFactor;
  const levels = context.options.compat ? symbolfitLevels : gaussianLevels;
  const bands = rescaleBands(sampleBands(fitFunction, candidate.fit, { levels }), yUnit);
  const drawn = drawParameters(candidate.fit, curves, 0).map((parameters) => {
    const values = new Float64Array(grid.length);
    fitFunction.values(parameters, values);
    return { x: grid, y: values.map((value) => value * yUnit) };
  });
  return { bands, drawn };
}

function functionOver(
  context: FitContext,
  candidate: Candidate,
  columns: readonly Float64Array[],
): FitFunction {
  const names = candidate.fit.parameters.map(({ name }) => name);
  const workspace = new WasmWorkspace(columns, columns[0].length);
  return new FitFunction(candidate.form, names, workspace, context.options.operators);
}

function rescaleBands(bands: Bands, unit: number): Bands {
  const scale = (column: Float64Array) => column.map((value) => value * unit);
  const band = ({ lower, upper }: Bands['inner']) => ({ lower: scale(lower), upper: scale(upper) });
  return { ...bands, mean: scale(bands.mean), inner: band(bands.inner), outer: band(bands.outer) };
}

/** The lines under a figure's title: form, goodness, parameters. */
export function describeView({ candidate, context }: CandidateView): string[] {
  const { goodness, fit } = candidate;
  const scaledNote = context.scaling.x.map(({ offset, factor }, i) =>
    factor === 1 && offset === 0
      ? undefined
      : `x${i} = (x${i} ${offset < 0 ? '+' : '-'} ${digits(Math.abs(offset), 6)}) × ${digits(factor, 6)}`,
  );
  const notes = scaledNote.filter((note) => note !== undefined);
  const quality =
    goodness.chi2 === undefined
      ? `RMSE ${digits(goodness.rmse, 4)}, R2 ${digits(goodness.r2, 6)}`
      : `chi2 / ndf = ${digits(goodness.chi2, 4)} / ${goodness.ndf}, p = ${digits(goodness.pValue ?? NaN, 3)}, RMSE ${digits(goodness.rmse, 4)}`;
  const parameters = fit.parameters.map(({ name, value, error, isFixed }) =>
    isFixed
      ? `${name} = ${digits(value, 5)} (fixed)`
      : `${name} = ${digits(value, 6)} ± ${digits(error, 3)} (${digits((100 * error) / Math.abs(value), 2)} %)`,
  );
  return [
    `f = ${printInfix(candidate.form)}`,
    `${quality}${notes.length > 0 ? `; in scaled units: ${notes.join(', ')}` : ''}`,
    ...(parameters.length > 0 ? [parameters.map((text) => text.replaceAll(' ', '\u00a0')).join(', ')] : []),
  ];
}

/** A number with so many digits, without long rows of zeros. */
export function digits(value: number, count: number): string {
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(count));
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? rounded.toExponential() : String(rounded);
}
