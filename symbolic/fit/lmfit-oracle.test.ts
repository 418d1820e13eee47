import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSympy, WasmWorkspace } from '../expression/index.ts';
import { FitFunction, makeObjective } from './objective.ts';
import { readBinnedData } from './read-data.ts';
import { refit } from './refit.ts';
import { chooseScaling, scaleData } from './scaling.ts';

interface OracleFit {
  readonly dataset: string;
  readonly template: string;
  readonly expr: string;
  readonly x_mode: 'scaled' | 'xs13000';
  readonly start: Record<string, number>;
  readonly params: Record<string, [number, number]>;
  readonly covar: number[][];
  readonly chi2: number;
  readonly nfev: number;
}

const golden = new URL('../../golden/symbolfit/', import.meta.url);
const { fits } = JSON.parse(readFileSync(new URL('lmfit_oracle.json', golden), 'utf8')) as {
  fits: OracleFit[];
};

function fitLike({ dataset, expr, x_mode, start }: OracleFit) {
  const data = readBinnedData(
    readFileSync(new URL(`datasets/${dataset}.json`, golden), 'utf8'),
    `${dataset}.json`,
  );
  const scaling = chooseScaling(data, 'range', 'mean');
  const x = x_mode === 'scaled' ? scaling.x : [{ offset: 0, factor: 1 / 13000 }];
  const scaled = scaleData(data, { x, yFactor: scaling.yFactor });
  const names = Object.keys(start);
  const fitFunction = new FitFunction(parseSympy(expr), names, new WasmWorkspace(scaled.x, scaled.y.length));
  const initial = names.map((name) => start[name]);
  const options = { maxRelativeError: Infinity, scaleCovariance: true };
  return refit(fitFunction, makeObjective(scaled, 'chi2'), initial, options);
}

// A run along a valley without bottom (2805 evaluations): where it stops is a matter of taste.
const settled = fits.filter(({ nfev }) => nfev < 2800);

describe('fits by lmfit (MINPACK lmdif) of fixed forms', () => {
  test('few of them never settle', () => expect(fits.length - settled.length).toBeLessThanOrEqual(3));

  test.each(settled)('$template on $dataset comes out alike', (oracle) => {
    const fit = fitLike(oracle);
    expect(Math.abs(fit.sumOfSquares / oracle.chi2 - 1)).toBeLessThan(1e-6);
    for (const { name, value, error } of fit.parameters) {
      const [best, standardError] = oracle.params[name];
      expect(Math.abs(value - best)).toBeLessThan(0.005 * standardError);
      // lmfit's derivatives are forward differences, which in near-degenerate fits cost some per cent of the errors.
      expect(Math.abs(error / standardError - 1)).toBeLessThan(0.05);
    }
  });

  test.each(fits.filter(({ nfev }) => nfev < 300))(
    '$template on $dataset has the same covariance',
    (oracle) => {
      const { covariance, free } = fitLike(oracle);
      const n = free.length;
      oracle.covar.flat().forEach((entry, i) => {
        const size = Math.sqrt(
          oracle.covar[Math.floor(i / n)][Math.floor(i / n)] * oracle.covar[i % n][i % n],
        );
        expect(Math.abs(covariance[i] - entry)).toBeLessThan(0.005 * size);
      });
    },
  );
});
