/**
 * Fits the prices of the cost tables to reported designs and writes them with their errors.
 *
 *   npm run calibrate:estimates -- [--designs DIR] [--scaling DIR] [--out FILE]
 *
 * One non-negative least squares a figure over all rows: every layer that has a report of its own, and every design's
 * total. Relative errors; a layer counts at least as a two-hundredth of its design, a total three times. For Vivado's LUTs the
 * totals' errors are raised to the fourth power, so that no design is left far off. Cross-validation leaves out one
 * trained design at a time, and of the scaling studies one number of slots (or pixels) at a time.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import type { Case } from '../bench/reference/case.ts';
import { nonNegativeLeastSquares } from '../bench/reference/non-negative-least-squares.ts';
import { readDesigns } from '../bench/reference/read-designs.ts';
import { readScaling } from '../bench/reference/read-scaling.ts';
import { countDesign } from '../sim/estimate/counts/count-design.ts';
import { type Figure, FIGURES, type PricedCounts } from '../sim/estimate/counts/counts.ts';
import { lowerHls, profileFor } from '../sim/lower/hls/index.ts';

const { values: options } = parseArgs({
  options: {
    designs: { type: 'string', default: 'golden/sparsepixels' },
    scaling: { type: 'string', default: 'golden/sparsepixels/scaling' },
    out: { type: 'string', default: 'sim/estimate/prices.json' },
  },
});

const LEAST_SHARE = 0.005;
const TOTAL_WEIGHT = 3;
/** Layers whose errors are reported: at least this share of their design. */
const NOTABLE_SHARE = 0.02;
/** Exponent of the totals' errors. */
const EXPONENT: Readonly<Record<Figure, number>> = {
  'csynth.lut': 2,
  'csynth.ff': 2,
  'vivado.lut': 4,
  'vivado.ff': 2,
};

interface Row {
  readonly counts: PricedCounts;
  readonly reported: number;
  readonly weight: number;
  readonly fold: string;
  /** The group of a total, or the kind of a layer. */
  readonly sort: { readonly total: string } | { readonly layer: string; readonly notable: boolean };
}

type Prices = Readonly<Record<string, number>>;

const cases = [...readDesigns(options.designs), ...readScaling(options.scaling)];
const counted = cases.map((each) => {
  const profile = profileFor(each.model, each.mapping);
  const pipeline = lowerHls(each.model, each.mapping, profile);
  return { each, counts: countDesign(each.model, each.mapping, profile, pipeline) };
});
const prices: Record<string, Prices> = {};
const errors: Record<'totals' | 'layers', Record<string, Record<string, object>>> = {
  totals: {},
  layers: {},
};
for (const figure of FIGURES) {
  const rows = rowsOf(figure);
  const fitted = fit(rows, EXPONENT[figure]);
  prices[figure] = Object.fromEntries(
    Object.entries(fitted).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  );
  const inSample = rows.map((row) => relativeError(row, fitted));
  const left = new Map(
    [...new Set(rows.map(({ fold }) => fold))].map((fold) => [
      fold,
      fit(
        rows.filter((row) => row.fold !== fold),
        EXPONENT[figure],
      ),
    ]),
  );
  const validated = rows.map((row) => relativeError(row, left.get(row.fold)!));
  note(figure, rows, inSample, validated);
}

const table = {
  schema: 'pipewright/prices@1',
  provenance: {
    source: 'golden/sparsepixels: SparsePixels 0.2.1 reports (Vitis HLS 2023.1, Vivado HLS 2020.1, Vivado)',
    command: 'npm run calibrate:estimates',
    designs: cases.filter(({ group }) => group === 'sparse' || group === 'full').map(({ name }) => name),
    scalingRows: countGroups(cases.filter(({ group }) => group !== 'sparse' && group !== 'full')),
  },
  prices,
  errors,
};
const temporary = `${options.out}.new`;
writeFileSync(temporary, await format(JSON.stringify(table), { parser: 'json', printWidth: 110 }));
renameSync(temporary, options.out);

function countGroups(members: readonly Case[]): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const { group } of members) rows[group] = (rows[group] ?? 0) + 1;
  return rows;
}

function rowsOf(figure: Figure): Row[] {
  const [tool, resource] = figure.split('.') as ['csynth' | 'vivado', 'lut' | 'ff'];
  return counted.flatMap(({ each, counts }) => {
    const total = each.reported[tool][resource];
    const layers = [...counts.layers].flatMap(([name, { priced }]): Row[] => {
      const reported = each.reported.layers.get(name)?.[tool]?.[resource];
      if (reported === undefined || reported === 0) return [];
      const layer = each.model.layers.find((candidate) => candidate.name === name)!.kind;
      return [
        {
          counts: priced[figure],
          reported,
          weight: 1 / Math.max(reported, LEAST_SHARE * total),
          fold: each.fold,
          sort: { layer, notable: reported >= NOTABLE_SHARE * total },
        },
      ];
    });
    const all = [counts.region, ...counts.layers.values()].map(({ priced }) => priced[figure]);
    return [...layers, totalRow(each, all, total)];
  });
}

function totalRow(each: Case, parts: readonly PricedCounts[], reported: number): Row {
  const counts: Record<string, number> = {};
  for (const part of parts) {
    for (const [name, count] of Object.entries(part)) counts[name] = (counts[name] ?? 0) + count;
  }
  return { counts, reported, weight: TOTAL_WEIGHT / reported, fold: each.fold, sort: { total: each.group } };
}

/** Iteratively reweighted where the exponent is above 2. */
function fit(rows: readonly Row[], exponent: number): Prices {
  const names = [...new Set(rows.flatMap(({ counts }) => Object.keys(counts)))]
    .filter((name) => name !== 'known')
    .sort();
  let emphasis = rows.map(() => 1);
  let solution: Prices = {};
  for (let round = 0; round < (exponent > 2 ? 30 : 1); round++) {
    const x = nonNegativeLeastSquares(
      rows.map(({ counts, weight }, row) =>
        names.map((name) => (counts[name] ?? 0) * weight * emphasis[row]),
      ),
      rows.map(
        ({ counts, reported, weight }, row) => (reported - (counts.known ?? 0)) * weight * emphasis[row],
      ),
    );
    const before = solution;
    solution = Object.fromEntries(
      names.map((name, column) => [name, round === 0 ? x[column] : 0.6 * before[name] + 0.4 * x[column]]),
    );
    const latest = solution;
    emphasis = rows.map((row) =>
      'total' in row.sort
        ? Math.max(0.01, 30 * Math.abs(relativeError(row, latest))) ** ((exponent - 2) / 2)
        : 1,
    );
  }
  return solution;
}

function relativeError({ counts, reported }: Row, table: Prices): number {
  const estimated = Object.entries(counts).reduce(
    (sum, [name, count]) => sum + count * (name === 'known' ? 1 : (table[name] ?? 0)),
    0,
  );
  return estimated / reported - 1;
}

/**
 * Errors by group of totals and by kind of layer. Of a kind only layers that make out a notable share of their design count,
 * unless none does.
 */
function note(
  figure: Figure,
  rows: readonly Row[],
  inSample: readonly number[],
  validated: readonly number[],
) {
  const groups = new Map<string, number[]>();
  rows.forEach(({ sort }, row) => {
    const key = 'total' in sort ? `totals ${sort.total}` : `layers ${sort.layer}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  });
  for (const [key, all] of groups) {
    const [place, name] = key.split(' ') as ['totals' | 'layers', string];
    const notable = all.filter((row) => !('layer' in rows[row].sort) || rows[row].sort.notable);
    const members = notable.length > 0 ? notable : all;
    const of = (each: readonly number[]) => members.map((row) => Math.abs(each[row]));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const short = (value: number) => Number(value.toFixed(4));
    (errors[place][name] ??= {})[figure] = {
      rows: members.length,
      mean: short(mean(of(inSample))),
      worst: short(Math.max(...of(inSample))),
      cvMean: short(mean(of(validated))),
      cvWorst: short(Math.max(...of(validated))),
    };
  }
}
