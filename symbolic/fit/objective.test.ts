import { describe, expect, test } from 'vitest';
import { parseInfix, WasmWorkspace } from '../expression/index.ts';
import type { BinnedData } from './binned-data.ts';
import { chi2Survival, goodnessOfFit } from './goodness.ts';
import { FitFunction, makeObjective } from './objective.ts';
import { profileIntervals } from './profile.ts';
import { refit } from './refit.ts';

const of = (...values: number[]) => Float64Array.from(values);
const residualsOf = (data: BinnedData, kind: 'chi2' | 'poisson' | 'unweighted', values: Float64Array) => {
  const residuals = new Float64Array(values.length);
  makeObjective(data, kind).residuals(values, residuals);
  return [...residuals];
};

describe('residuals', () => {
  const data: BinnedData = {
    name: 'd',
    x: [of(0, 1, 2)],
    y: of(10, 10, 0),
    errors: { up: of(2, 2, 5), down: of(1, 1, 0) },
  };

  test('take the upward error where the function lies above, the downward one below', () => {
    expect(residualsOf(data, 'chi2', of(14, 8, 10))).toEqual([2, -2, 2]);
  });

  test('replace a one-sided zero by the error of the other side', () => {
    expect(residualsOf(data, 'chi2', of(10, 10, -10))).toEqual([0, 0, -2]);
  });

  test('of counts are signed roots of the likelihood ratio, finite in empty bins', () => {
    const counts: BinnedData = { name: 'c', x: [of(0, 1, 2)], y: of(4, 0, 9) };
    const [a, b, c] = residualsOf(counts, 'poisson', of(6, 2, 9));
    expect(a * a).toBeCloseTo(2 * (6 - 4 + 4 * Math.log(4 / 6)), 12);
    expect(b * b).toBeCloseTo(4, 12);
    expect(c).toBe(0);
    expect(residualsOf(counts, 'poisson', of(2, 1, 1))[0]).toBeLessThan(0);
    expect(residualsOf(counts, 'poisson', of(-1, 1, 1))[0]).toBeNaN();
  });

  test('of counts have no jump where the formula changes to its series', () => {
    const counts: BinnedData = { name: 'c', x: [of(0)], y: of(1e6) };
    const at = (mean: number) => residualsOf(counts, 'poisson', of(mean))[0];
    expect(at(1e6 * (1 + 1e-3 * (1 - 1e-9))) / at(1e6 * (1 + 1e-3 * (1 + 1e-9)))).toBeCloseTo(1, 7);
    // To second order the root is (mean - n) / sqrt(n) × sqrt(1 - 2 relative / 3).
    expect(at(1e6 * 1.0001)).toBeCloseTo(0.1 * Math.sqrt(1 - 2e-4 / 3), 8);
  });

  test('slopes are the derivatives of the residuals', () => {
    const counts: BinnedData = { name: 'c', x: [of(0, 1, 2)], y: of(4, 0, 9), exposure: of(1, 2, 3) };
    for (const values of [of(6, 2, 3.3), of(4, 0.1, 3), of(1, 5, 2.9)]) {
      for (const kind of ['poisson', 'chi2', 'unweighted'] as const) {
        const objective = makeObjective({ ...counts, errors: { up: of(2, 1, 3), down: of(1, 1, 3) } }, kind);
        const slopes = new Float64Array(3);
        objective.slopes(values, slopes);
        const [up, down] = [1e-6, -1e-6].map((h) => {
          const out = new Float64Array(3);
          objective.residuals(values.map((value) => value + h), out); // prettier-ignore
          return out;
        });
        slopes.forEach((slope, i) => {
          const atKink = kind === 'chi2' && values[i] === counts.y[i];
          if (!atKink) expect(slope).toBeCloseTo((up[i] - down[i]) / 2e-6, 4);
        });
      }
    }
  });

  test('data that lack what a kind needs are refused', () => {
    const bare: BinnedData = { name: 'bare', x: [of(0)], y: of(1.5) };
    expect(() => makeObjective(bare, 'chi2')).toThrow('FIT010');
    expect(() => makeObjective(bare, 'poisson')).toThrow('the value is 1.5');
  });
});

test('the Poisson fit of a constant is the mean count, its error the root of mean / bins', () => {
  const counts: BinnedData = { name: 'c', x: [of(0, 1, 2, 3)], y: of(3, 0, 7, 2) };
  const f = new FitFunction(parseInfix('a'), ['a'], new WasmWorkspace(counts.x, 4));
  const fit = refit(f, makeObjective(counts, 'poisson'), [1], { maxRelativeError: Infinity });
  expect(fit.parameters[0].value).toBeCloseTo(3, 5);
  expect(fit.parameters[0].error).toBeCloseTo(Math.sqrt(3 / 4), 5);
});

test('the profile interval of a Poisson mean is where ln L has fallen by one half', () => {
  const counts: BinnedData = { name: 'c', x: [of(0)], y: of(9) };
  const f = new FitFunction(parseInfix('a'), ['a'], new WasmWorkspace(counts.x, 1));
  const objective = makeObjective(counts, 'poisson');
  const fit = refit(f, objective, [5], { maxRelativeError: Infinity });
  const [interval] = profileIntervals(f, objective, fit);
  const fall = (mean: number) => mean - 9 - 9 * Math.log(mean / 9);
  expect(fall(9 + interval.upper!)).toBeCloseTo(0.5, 5);
  expect(fall(9 + interval.lower!)).toBeCloseTo(0.5, 5);
  // W. Verkerke and others quote 9 +3.34 -2.68 for this case.
  expect(interval.upper).toBeCloseTo(3.34, 2);
  expect(interval.lower).toBeCloseTo(-2.68, 2);
});

test('profile intervals of a linear fit are its standard errors', () => {
  const x = Float64Array.from({ length: 9 }, (_, i) => i / 8);
  const data: BinnedData = {
    name: 'l',
    x: [x],
    y: x.map((v, i) => 1 + 2 * v + 0.05 * (-1) ** i),
    errors: { up: x.map(() => 0.1), down: x.map(() => 0.1) },
  };
  const f = new FitFunction(parseInfix('a + b*x0'), ['a', 'b'], new WasmWorkspace([x], 9));
  const objective = makeObjective(data, 'chi2');
  const fit = refit(f, objective, [0, 0]);
  profileIntervals(f, objective, fit).forEach(({ lower, upper }, i) => {
    expect(upper).toBeCloseTo(fit.parameters[i].error, 5);
    expect(lower).toBeCloseTo(-fit.parameters[i].error, 5);
  });
});

test('an interval that chi2 never closes is open', () => {
  const x = of(0, 1, 2);
  const data: BinnedData = {
    name: 'e',
    x: [x],
    y: of(1, 0.01, 0),
    errors: { up: of(0.1, 0.1, 0.1), down: of(0.1, 0.1, 0.1) },
  };
  const f = new FitFunction(parseInfix('exp(-a*x0)'), ['a'], new WasmWorkspace([x], 3));
  const objective = makeObjective(data, 'chi2');
  const [interval] = profileIntervals(f, objective, refit(f, objective, [1], { maxRelativeError: Infinity }));
  expect(interval.lower).toBeLessThan(0);
  expect(interval.upper).toBeUndefined();
});

test.each([
  // scipy.stats.chi2.sf
  [3.841458820694124, 1, 0.05],
  [10, 10, 0.4404932850652124],
  [36.24, 38, 0.5510148004721126],
  [100, 10, 5.4497019829205215e-17],
])('chi2 %f of %i degrees of freedom has the probability %f', (chi2, ndf, p) => {
  expect(Math.abs(chi2Survival(chi2, ndf) / p - 1)).toBeLessThan(1e-10);
});

test('goodness of a perfect and of a constant description', () => {
  const data: BinnedData = {
    name: 'g',
    x: [of(0, 1, 2)],
    y: of(1, 2, 3),
    errors: { up: of(1, 1, 1), down: of(1, 1, 1) },
  };
  const objective = makeObjective(data, 'chi2');
  expect(goodnessOfFit(objective, of(1, 2, 3), 1)).toMatchObject({
    chi2: 0,
    ndf: 2,
    rmse: 0,
    r2: 1,
    pValue: 1,
  });
  expect(goodnessOfFit(objective, of(2, 2, 2), 3)).toMatchObject({ chi2: 2, ndf: -1, r2: 0 });
});
