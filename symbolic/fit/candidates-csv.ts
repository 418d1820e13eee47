/**
 * Tables of candidates in SymbolFit's column layout (package version 0.2.5): `candidates.csv` and
 * `candidates_compact.csv`, with Python literals in the cells, so that its own tools read them.
 *
 * Numbers are rounded as SymbolFit rounds them; full precision is in results.json.
 */
import { formatCsv } from '../expression/csv.ts';
import { printSympy, type OperatorTable } from '../expression/index.ts';
import { correlation, type Candidate } from './candidate.ts';
import { roundSignificant } from './symbolfit-rules.ts';

const goodnessColumns = [
  'NDF',
  'Chi2 (before ROF)',
  'Chi2',
  'Chi2/NDF (before ROF)',
  'Chi2/NDF',
  'p-value (before ROF)',
  'p-value',
] as const;

const compactColumns = [
  'Parameterized equation, unscaled',
  'Parameters: (best-fit, +1, -1)',
  'Covariance',
  'Correlation',
  'RMSE',
  'R2',
  'NDF',
  'Chi2',
  'Chi2/NDF',
  'p-value',
];

/** The full table. */
export function candidatesCsv(candidates: readonly Candidate[], operators?: OperatorTable): string {
  return table(candidates.map((candidate) => row(candidate, operators)));
}

/** The columns needed to use a candidate. */
export function compactCandidatesCsv(candidates: readonly Candidate[], operators?: OperatorTable): string {
  return table(
    candidates.map((candidate) => {
      const cells = row(candidate, operators);
      return new Map(
        compactColumns.filter((name) => cells.has(name)).map((name) => [name, cells.get(name)!]),
      );
    }),
  );
}

function table(rows: readonly ReadonlyMap<string, string>[]): string {
  const columns = [...(rows[0]?.keys() ?? [])];
  return formatCsv([
    ['', ...columns],
    ...rows.map((cells, i) => [i, ...columns.map((name) => cells.get(name) ?? '')]),
  ]);
}

function row(candidate: Candidate, operators?: OperatorTable): Map<string, string> {
  const { fit, goodness, goodnessBefore } = candidate;
  const text = { ...(operators && { operators }) };
  const cells = new Map<string, string>([
    ['Complexity', String(candidate.complexity)],
    ['PySR equation', candidate.equation],
    ['Parameterized equation', printSympy(candidate.form, text)],
    [
      'Parameterization',
      pythonDict(Object.entries(candidate.start).map(([name, value]) => [name, pythonFloat(value)])),
    ],
    ['Parameters: (best-fit, +1, -1)', pythonDict(parameterCells(candidate))],
    ['Covariance', pythonDict(pairs(fit.free, fit.covariance, (value) => value))],
    ['Correlation', pythonDict(correlationCells(candidate))],
    ['Parameterized equation, unscaled', printSympy(candidate.unscaled, text)],
    ['RMSE', pythonFloat(roundSignificant(goodness.rmse, 4))],
    ['R2', pythonFloat(roundSignificant(goodness.r2, 4))],
  ]);
  const { chi2, ndf } = goodness;
  if (chi2 === undefined) {
    cells.set('RMSE (before ROF)', pythonFloat(roundSignificant(goodnessBefore.rmse, 4)));
    return cells;
  }
  const before = goodnessBefore.chi2!;
  const values = [
    ndf,
    before,
    chi2,
    before / ndf,
    chi2 / ndf,
    goodnessBefore.pValue ?? NaN,
    goodness.pValue ?? NaN,
  ];
  goodnessColumns.forEach((name, i) =>
    cells.set(name, name === 'NDF' ? String(values[i]) : pythonFloat(roundSignificant(values[i], 4))),
  );
  return cells;
}

/** Best value to six digits and the standard error to three, as lmfit prints it; profile intervals where there are. */
function parameterCells({ fit, intervals }: Candidate): [string, string][] {
  return fit.parameters.map(({ name, value, error, isFixed }) => {
    const best = pythonFloat(roundSignificant(value, 6));
    if (isFixed) return [name, `(${best}, 0, 0)`];
    const profile = intervals?.find((interval) => interval.name === name);
    const [up, down] = [profile?.upper ?? error, profile?.lower ?? -error].map((e) =>
      pythonFloat(roundSignificant(e, 3)),
    );
    return [name, `(${best}, ${up}, ${down})`];
  });
}

function correlationCells({ fit }: Candidate): [string, string][] {
  return pairs(fit.free, correlation(fit), (value) => roundSignificant(value, 4)).filter(([key]) => {
    const [first, second] = key.split(', ');
    return first !== second;
  });
}

/** Pairs above the diagonal, then the diagonal; nothing for a single parameter, as SymbolFit. */
function pairs(
  names: readonly string[],
  matrix: Float64Array,
  shown: (value: number) => number,
): [string, string][] {
  if (names.length < 2) return [];
  const cell = (i: number, j: number): [string, string] => [
    `${names[i]}, ${names[j]}`,
    pythonFloat(shown(matrix[i * names.length + j])),
  ];
  const above = names.flatMap((_, i) => names.slice(i + 1).map((_, k) => cell(i, i + 1 + k)));
  return [...above, ...names.map((_, i) => cell(i, i))];
}

function pythonDict(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([key, value]) => `'${key}': ${value}`).join(', ')}}`;
}

/** repr() of a Python float: exponents below 1e-4 and from 1e16, with two digits. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [mantissa, exponent] = value.toExponential().split('e');
    const digits = exponent.slice(1).padStart(2, '0');
    return `${mantissa}e${exponent[0]}${digits}`;
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
