/** All figures of a fit, in the order of the files they go to. */
import type { FitResult } from '../fit/fit-run.ts';
import { viewCandidate } from './candidate-view.ts';
import { fitFigure, samplingFigure, variationFigures, type AxisOptions } from './curve-figures.ts';
import type { Figure } from './draw.ts';
import { mapFigure } from './map-figures.ts';
import { correlationFigure, goodnessFigure } from './summary-figures.ts';

export interface CandidateFigures {
  readonly index: number;
  /** The fit: a curve in one dimension, maps in two; none in more. */
  readonly fit: readonly Figure[];
  readonly variations: readonly Figure[];
  readonly sampling: readonly Figure[];
  readonly correlation: readonly Figure[];
}

export interface FitFigures {
  readonly goodness: Figure;
  readonly candidates: readonly CandidateFigures[];
}

/** @param indices candidates to draw; default all */
export function* drawFigures(
  result: FitResult,
  axes: AxisOptions = {},
  indices: readonly number[] = result.candidates.map((_, i) => i),
): Generator<number, FitFigures> {
  const { context, candidates, recommended } = result;
  const dimensions = context.data.x.length;
  const drawn: CandidateFigures[] = [];
  for (const index of indices) {
    const view = viewCandidate(context, candidates[index], index);
    const hasFree = candidates[index].fit.free.length > 0;
    const correlation = correlationFigure(context.data.name, candidates[index], index);
    drawn.push({
      index,
      fit: dimensions === 1 ? [fitFigure(view, axes)] : dimensions === 2 ? [mapFigure(view)] : [],
      variations: dimensions === 1 ? variationFigures(view, axes) : [],
      sampling: dimensions === 1 && hasFree ? [samplingFigure(view, axes)] : [],
      correlation: correlation === undefined ? [] : [correlation],
    });
    yield index;
  }
  return { goodness: goodnessFigure(context.data.name, candidates, recommended), candidates: drawn };
}
