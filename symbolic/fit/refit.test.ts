import { describe, expect, test } from 'vitest';
import { parseInfix, WasmWorkspace } from '../expression/index.ts';
import type { BinnedData } from './binned-data.ts';
import { FitFunction, makeObjective } from './objective.ts';
import { chooseDetermined, refit } from './refit.ts';
import { refitSubsets } from './symbolfit-rules.ts';

const x = Float64Array.from({ length: 12 }, (_, i) => i / 11);
const ones = new Float64Array(12).fill(1);
const line: BinnedData = {
  name: 'line',
  x: [x],
  y: x.map((value, i) => 3 + 2 * value + 0.1 * Math.sin(7 * i)),
  errors: { up: ones.map(() => 0.1), down: ones.map(() => 0.1) },
};
const functionOf = (text: string, names: string[]) =>
  new FitFunction(parseInfix(text), names, new WasmWorkspace([x], 12));

describe('refitting all parameters at once', () => {
  test('a straight line has the textbook errors', () => {
    const fit = refit(functionOf('a + b*x0', ['a', 'b']), makeObjective(line, 'chi2'), [1, 1]);
    // P. Bevington, "Data reduction and error analysis", eq. 6-12 and 6-22, for equal errors 0.1.
    const [n, sx, sxx] = [12, x.reduce((s, v) => s + v, 0), x.reduce((s, v) => s + v * v, 0)];
    const [sy, sxy] = [line.y.reduce((s, v) => s + v, 0), line.y.reduce((s, v, i) => s + v * x[i], 0)];
    const delta = n * sxx - sx * sx;
    expect(fit.parameters[0].value).toBeCloseTo((sxx * sy - sx * sxy) / delta, 9);
    expect(fit.parameters[1].value).toBeCloseTo((n * sxy - sx * sy) / delta, 9);
    expect(fit.parameters[0].error).toBeCloseTo(0.1 * Math.sqrt(sxx / delta), 9);
    expect(fit.parameters[1].error).toBeCloseTo(0.1 * Math.sqrt(n / delta), 9);
  });

  test('parameters that do the same are fitted as one, the rest held fixed', () => {
    const fit = refit(functionOf('a*b + c*x0', ['a', 'b', 'c']), makeObjective(line, 'chi2'), [1, 2, 1]);
    const single = refit(functionOf('a + c*x0', ['a', 'c']), makeObjective(line, 'chi2'), [1, 1]);
    expect(fit.free).toHaveLength(2);
    expect(fit.free).toContain('c');
    expect(fit.sumOfSquares).toBeCloseTo(single.sumOfSquares, 9);
    expect(fit.parameters[2].error).toBeCloseTo(single.parameters[1].error, 9);
  });

  test('a parameter with a large relative error is held fixed at its fitted value, without a change of chi2', () => {
    const f = functionOf('a + b*x0 + c*sin(20*x0)', ['a', 'b', 'c']);
    const objective = makeObjective(line, 'chi2');
    const all = refit(f, objective, [1, 1, 1], { maxRelativeError: Infinity });
    const some = refit(f, objective, [1, 1, 1], { maxRelativeError: 0.2 });
    expect(some.free).toEqual(['a', 'b']);
    expect(some.parameters[2]).toEqual({ ...all.parameters[2], error: 0, isFixed: true });
    expect(some.sumOfSquares).toBe(all.sumOfSquares);
    // What remains has the errors of a fit with c fixed there.
    const fixed = refit(
      functionOf(`a + b*x0 + ${all.parameters[2].value}*sin(20*x0)`, ['a', 'b']),
      objective,
      [1, 1],
    );
    expect(some.parameters[0].error).toBeCloseTo(fixed.parameters[0].error, 9);
    expect(some.parameters[1].error).toBeCloseTo(fixed.parameters[1].error, 9);
  });

  test('with fewer bins than parameters the last ones stay at their start', () => {
    const two: BinnedData = {
      name: 'two',
      x: [Float64Array.of(0, 1)],
      y: Float64Array.of(1, 3),
      errors: { up: Float64Array.of(0.1, 0.1), down: Float64Array.of(0.1, 0.1) },
    };
    const f = new FitFunction(parseInfix('a + b*x0 + c'), ['a', 'b', 'c'], new WasmWorkspace(two.x, 2));
    const fit = refit(f, makeObjective(two, 'chi2'), [0, 0, 5]);
    expect(fit.parameters[2]).toMatchObject({ value: 5, isFixed: true });
    expect(fit.sumOfSquares).toBeCloseTo(0, 12);
  });

  test('a start outside the domain is left as it is', () => {
    const fit = refit(functionOf('log(a - 10*x0)', ['a']), makeObjective(line, 'chi2'), [1]);
    expect(fit.convergence).toBe('lost');
    expect(fit.sumOfSquares).toBeNaN();
  });
});

describe('the loop over subsets', () => {
  test('takes the first choice in order of size that keeps all errors small', () => {
    const f = functionOf('a + b*x0 + c*sin(20*x0)', ['a', 'b', 'c']);
    const fit = refitSubsets(f, makeObjective(line, 'chi2'), [1, 1, 0.5], { maxStandardErrorPercent: 20 });
    // All free, then a fixed, then b fixed, then c fixed: the fourth fit.
    expect([fit.free, fit.fits]).toEqual([['a', 'b'], 4]); // prettier-ignore
    expect(fit.parameters[2]).toMatchObject({ value: 0.5, error: 0, isFixed: true });
  });

  test('leaves all at their start if none passes', () => {
    const f = functionOf('a*0 + b*0 + 1', ['a', 'b']);
    const fit = refitSubsets(f, makeObjective(line, 'chi2'), [4, 5], { maxStandardErrorPercent: 20 });
    expect(fit.free).toEqual([]);
    expect(fit.parameters.map(({ value }) => value)).toEqual([4, 5]);
  });
});

test('fixing one of two correlated parameters leaves the conditional variance', () => {
  const covariance = Float64Array.of(4, 3, 3, 9);
  const { kept, covariance: rest } = chooseDetermined(covariance, [100, 1], 0.1);
  expect(kept).toEqual([0]);
  expect(rest[0]).toBeCloseTo(4 - (3 * 3) / 9, 12);
});
