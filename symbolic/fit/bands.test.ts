import { expect, test } from 'vitest';
import { parseInfix, WasmWorkspace } from '../expression/index.ts';
import { drawParameters, percentile, sampleBands } from './bands.ts';
import type { BinnedData } from './binned-data.ts';
import { FitFunction, makeObjective } from './objective.ts';
import { refit } from './refit.ts';

const x = Float64Array.from({ length: 25 }, (_, i) => i / 24);
const grid = [x.map((_, i) => (i % 5) / 4), x.map((_, i) => Math.floor(i / 5) / 4)];
const plane: BinnedData = {
  name: 'p',
  x: grid,
  y: x.map((_, i) => 1 + grid[0][i] - 2 * grid[1][i] + 0.02 * Math.sin(9 * i)),
  errors: { up: x.map(() => 0.05), down: x.map(() => 0.05) },
};
const workspace = new WasmWorkspace(grid, 25);
const f = new FitFunction(parseInfix('a + b*x0 + c*x1'), ['a', 'b', 'c'], workspace);
const fit = refit(f, makeObjective(plane, 'chi2'), [0, 0, 0], { maxRelativeError: Infinity });

test('in two dimensions the bands of a linear function are its propagated errors', () => {
  const bands = sampleBands(f, fit, { samples: 20_000, seed: 3 });
  for (let bin = 0; bin < 25; bin++) {
    const gradient = [1, grid[0][bin], grid[1][bin]];
    let variance = 0;
    gradient.forEach((g, i) => gradient.forEach((h, j) => (variance += g * h * fit.covariance[i * 3 + j])));
    const value = gradient.reduce((sum, g, i) => sum + g * fit.parameters[i].value, 0);
    const sigma = Math.sqrt(variance);
    // 20,000 draws: the ends of a 68 % band are known to about 1.2 % of sigma, those of a 95 % band to 2 %.
    expect(Math.abs((bands.inner.upper[bin] - value) / sigma - 1)).toBeLessThan(0.06);
    expect(Math.abs((value - bands.inner.lower[bin]) / sigma - 1)).toBeLessThan(0.06);
    expect(Math.abs((bands.outer.upper[bin] - value) / sigma - 2)).toBeLessThan(0.12);
    expect(Math.abs((value - bands.outer.lower[bin]) / sigma - 2)).toBeLessThan(0.12);
    expect(Math.abs(bands.mean[bin] - value)).toBeLessThan(0.05 * sigma);
  }
});

test('draws have the covariance they are drawn from', () => {
  const draws = drawParameters(fit, 40_000, 5);
  const means = [0, 1, 2].map((i) => draws.reduce((sum, draw) => sum + draw[i], 0) / draws.length);
  for (const i of [0, 1, 2]) {
    for (const j of [0, 1, 2]) {
      const sample =
        draws.reduce((sum, draw) => sum + (draw[i] - means[i]) * (draw[j] - means[j]), 0) / draws.length;
      const size = Math.sqrt(fit.covariance[i * 4] * fit.covariance[j * 4]);
      expect(Math.abs(sample - fit.covariance[i * 3 + j])).toBeLessThan(0.04 * size);
    }
  }
});

test('equal seeds give equal bands, others differ', () => {
  const bands = (seed: number) => sampleBands(f, fit, { samples: 100, seed }).inner.upper;
  expect(bands(1)).toEqual(bands(1));
  expect(bands(1)).not.toEqual(bands(2));
});

test('draws outside the domain of the function are counted and left out', () => {
  const root = new FitFunction(parseInfix('sqrt(a)'), ['a'], new WasmWorkspace([Float64Array.of(0)], 1));
  const wide = {
    ...fit,
    parameters: [{ name: 'a', value: 1, error: 1, isFixed: false }],
    free: ['a'],
    covariance: Float64Array.of(1),
  };
  const bands = sampleBands(root, wide, { samples: 5000, seed: 1 });
  // A normal variate is below -1 sigma in 15.87 % of draws.
  expect(bands.undefinedDraws[0] / 5000).toBeCloseTo(0.1587, 1);
  expect(bands.inner.lower[0]).toBeGreaterThan(0);
});

test.each([
  [0, 1],
  [25, 2],
  [50, 3],
  [90, 4.6],
  [100, 5],
])('percentile %i of 1..5 is %f, as numpy has it', (percent, expected) => {
  expect(percentile(Float64Array.of(1, 2, 3, 4, 5), percent)).toBeCloseTo(expected, 12);
});
