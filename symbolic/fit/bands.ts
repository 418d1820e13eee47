/**
 * Uncertainty bands of a fitted function, in any dimension: parameters are drawn from their normal distribution, the
 * function is evaluated for each draw, and the bands are percentiles of its values bin by bin.
 */
import { Random } from '../search/random.ts';
import type { FitFunction } from './objective.ts';
import type { Refit } from './refit.ts';

/** Percentiles of the bands, in per cent. */
export interface BandLevels {
  readonly inner: readonly [number, number];
  readonly outer: readonly [number, number];
}

/** One and two standard deviations of a normal distribution. */
export const gaussianLevels: BandLevels = { inner: [15.8655254, 84.1344746], outer: [2.2750132, 97.7249868] };
/** The rounded levels SymbolFit draws. */
export const symbolfitLevels: BandLevels = { inner: [16, 84], outer: [2.5, 97.5] };

export interface Bands {
  readonly mean: Float64Array;
  /** Lower and upper ends of the 68 % band. */
  readonly inner: { readonly lower: Float64Array; readonly upper: Float64Array };
  /** Lower and upper ends of the 95 % band. */
  readonly outer: { readonly lower: Float64Array; readonly upper: Float64Array };
  readonly samples: number;
  /** Draws without a finite value, by bin; they are left out of that bin. */
  readonly undefinedDraws: Int32Array;
}

export interface BandOptions {
  /** Draws. Default 2000. */
  readonly samples?: number;
  readonly levels?: BandLevels;
  readonly seed?: number;
}

/**
 * @param fitFunction the function over the bins (or grid points) where bands are wanted
 * @param fit parameters and covariance, from `refit`
 */
export function sampleBands(fitFunction: FitFunction, fit: Refit, options: BandOptions = {}): Bands {
  const { samples = 2000, levels = gaussianLevels, seed = 0 } = options;
  const bins = fitFunction.bins;
  const draws = drawParameters(fit, samples, seed);
  const values = new Float64Array(bins);
  const byBin = Array.from({ length: bins }, () => new Float64Array(samples));
  draws.forEach((parameters, draw) => {
    fitFunction.values(parameters, values);
    for (let bin = 0; bin < bins; bin++) byBin[bin][draw] = values[bin];
  });
  const make = () => new Float64Array(bins);
  const bands = {
    mean: make(),
    inner: { lower: make(), upper: make() },
    outer: { lower: make(), upper: make() },
    samples,
    undefinedDraws: new Int32Array(bins),
  };
  byBin.forEach((all, bin) => {
    const finite = all.filter(Number.isFinite).sort();
    bands.undefinedDraws[bin] = samples - finite.length;
    bands.mean[bin] = finite.reduce((sum, value) => sum + value, 0) / finite.length;
    for (const band of ['inner', 'outer'] as const) {
      bands[band].lower[bin] = percentile(finite, levels[band][0]);
      bands[band].upper[bin] = percentile(finite, levels[band][1]);
    }
  });
  return bands;
}

/**
 * Draws parameter vectors: best values plus L z, where L L' is the covariance of the free parameters.
 *
 * @returns one vector a draw, in the order of `fit.parameters`
 */
export function drawParameters(fit: Refit, samples: number, seed: number): Float64Array[] {
  const best = fit.parameters.map(({ value }) => value);
  const at = fit.free.map((name) => fit.parameters.findIndex((parameter) => parameter.name === name));
  const factor = cholesky(fit.covariance, at.length);
  const random = new Random(seed, 0x62616e64);
  return Array.from({ length: samples }, () => {
    const normals = at.map(() => random.normal());
    const drawn = Float64Array.from(best);
    at.forEach((index, i) => {
      for (let j = 0; j <= i; j++) drawn[index] += factor[i * at.length + j] * normals[j];
    });
    return drawn;
  });
}

/** Lower triangle L of C = L L'; directions without variance, within rounding, stay at 0. */
function cholesky(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
      if (i === j) factor[i * n + j] = sum > 1e-14 * matrix[i * n + i] ? Math.sqrt(sum) : 0;
      else factor[i * n + j] = factor[j * n + j] === 0 ? 0 : sum / factor[j * n + j];
    }
  }
  return factor;
}

/** Linear interpolation between order statistics, as numpy.percentile. */
export function percentile(sorted: Float64Array, percent: number): number {
  if (sorted.length === 0) return NaN;
  const position = (percent / 100) * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
