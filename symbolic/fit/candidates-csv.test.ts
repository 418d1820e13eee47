import { describe, expect, test } from 'vitest';
import { parseCsv } from '../expression/csv.ts';
import { parseInfix } from '../expression/index.ts';
import type { BinnedData } from './binned-data.ts';
import { makeContext, treatFound } from './candidate.ts';
import { candidatesCsv, compactCandidatesCsv, pythonFloat } from './candidates-csv.ts';

const x = Float64Array.from({ length: 10 }, (_, i) => 100 + 10 * i);
const data: BinnedData = {
  name: 'd',
  x: [x],
  y: x.map((v, i) => 50 * Math.exp(-0.02 * (v - 100)) * (1 + 0.01 * Math.sin(i))),
  errors: { up: x.map(() => 0.5), down: x.map(() => 0.4) },
};
const found = parseInfix('1.98765 * exp(-1.81234 * x0) + x0 + x0 - 2 * x0');

describe('in compat mode', () => {
  const context = makeContext(data, 'chi2', { compat: true, scaleY: 'mean' });
  const candidate = treatFound(context, found, 11);
  const [header, row] = parseCsv(candidatesCsv([candidate]));
  const cell = (name: string) => row[header.indexOf(name)];

  test('the columns are those of the published tables, in their order', () => {
    expect(header).toEqual([
      '', 'Complexity', 'PySR equation', 'Parameterized equation', 'Parameterization', 'Parameters: (best-fit, +1, -1)',
      'Covariance', 'Correlation', 'Parameterized equation, unscaled', 'RMSE', 'R2', 'NDF', 'Chi2 (before ROF)', 'Chi2',
      'Chi2/NDF (before ROF)', 'Chi2/NDF', 'p-value (before ROF)', 'p-value',
    ]); // prettier-ignore
    expect(parseCsv(compactCandidatesCsv([candidate]))[0]).toEqual([
      '', 'Parameterized equation, unscaled', 'Parameters: (best-fit, +1, -1)', 'Covariance', 'Correlation', 'RMSE', 'R2',
      'NDF', 'Chi2', 'Chi2/NDF', 'p-value',
    ]); // prettier-ignore
  });

  test('constants are cut to three digits before the refit, and named by value', () => {
    expect(cell('Parameterization')).toBe("{'a1': -1.81, 'a2': 1.99}");
    expect(cell('Parameterized equation')).toBe('a2*exp(a1*x0)');
  });

  test('cells are Python literals', () => {
    expect(cell('Parameters: (best-fit, +1, -1)')).toMatch(
      /^\{'a1': \(-1\.\d+, 0\.\d+, -0\.\d+\), 'a2': \(\d\.\d+, 0\.\d+, -0\.\d+\)\}$/,
    );
    expect(cell('Covariance')).toMatch(/^\{'a1, a2': -?[\d.e-]+, 'a1, a1': [\d.e-]+, 'a2, a2': [\d.e-]+\}$/);
    expect(cell('Correlation')).toMatch(/^\{'a1, a2': -?0\.\d+\}$/);
  });

  test('the unscaled function has factors of six digits', () => {
    expect(cell('Parameterized equation, unscaled')).toMatch(
      /^\d\d\.\d{1,4}\*\(a2\*exp\(a1\*\(\(x0 - 100\)\*0\.0111111\)\)\)$/,
    );
  });
});

test('without errors there is no chi2, and the RMSE before the refit stands in its place', () => {
  const bare: BinnedData = { name: 'b', x: data.x, y: data.y };
  const [header] = parseCsv(candidatesCsv([treatFound(makeContext(bare, 'unweighted', {}), found, 11)]));
  expect(header.slice(-3)).toEqual(['RMSE', 'R2', 'RMSE (before ROF)']);
});

test.each([
  [1, '1.0'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.5e16, '1.5e+16'],
  [123456789, '123456789.0'],
  [-2.5e-7, '-2.5e-07'],
  [1e100, '1e+100'],
  [NaN, 'nan'],
  [-Infinity, '-inf'],
])('%f is written as Python would: %s', (value, text) => expect(pythonFloat(value)).toBe(text));
