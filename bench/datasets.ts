/**
 * Fits every data set of a folder as `pipewright fit` does by default, and lays the candidates beside the published
 * runs: is there one with a chi2/ndf at or below the lowest published one, at equal or lower complexity? Sets with a
 * `_blinded` twin are also fitted without the masked bins and scored on them, again beside the published run if there is
 * one. CPU time includes the search and all refits, not the plots.
 *
 *   npm run bench:datasets -- [NAME...] [--dir golden/symbolfit] [--seed N] [--iterations N] [--max-complexity N] [--json]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluateColumns, parseSympy } from '../symbolic/expression/index.ts';
import type { Candidate } from '../symbolic/fit/candidate.ts';
import { defaultSearch } from '../symbolic/fit/default-search.ts';
import { fitRun, type FitResult } from '../symbolic/fit/fit-run.ts';
import { goodnessOfFit } from '../symbolic/fit/goodness.ts';
import { scoreUnseen, unseenBins } from '../symbolic/fit/masked.ts';
import { makeObjective } from '../symbolic/fit/objective.ts';
import { readBinnedData } from '../symbolic/fit/read-data.ts';
import type { BinnedData } from '../symbolic/fit/binned-data.ts';

interface PublishedRun {
  readonly fit: string;
  readonly dataset: string;
  readonly candidates: readonly {
    readonly complexity: number;
    readonly chi2: number;
    readonly ndf: number;
    readonly unscaled: string;
    readonly parameters: Readonly<Record<string, readonly number[]>>;
  }[];
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dir: { type: 'string', default: 'golden/symbolfit' },
    seed: { type: 'string', default: '0' },
    iterations: { type: 'string' },
    'max-complexity': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const folder = options.dir;
const names = readdirSync(join(folder, 'datasets')).map((file) => file.replace(/\.json$/, ''));
const chosen = positionals.length > 0 ? positionals : names;
const published = readdirSync(folder)
  .filter((file) => /^results.*\.json$/.test(file))
  .map((file) => ({ file, ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as PublishedRun) }));
const load = (name: string): BinnedData =>
  readBinnedData(readFileSync(join(folder, 'datasets', `${name}.json`), 'utf8'), name);
const ratio = ({ goodness }: Candidate) => (goodness.chi2 ?? NaN) / goodness.ndf;
const digits = (value: number) => Number(value.toPrecision(4));

const rows = [];
for (const name of chosen) {
  const row = await fitAndCompare(name);
  rows.push(row);
  if (!options.json) print(row);
}
if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);

async function fitAndCompare(name: string) {
  const data = load(name);
  const started = process.cpuUsage();
  const result = await fit(data);
  const { user, system } = process.cpuUsage(started);
  const best = result.candidates.reduce((a, b) => (ratio(b) < ratio(a) ? b : a));
  const recommended = result.candidates[result.recommended];
  const whole = name.replace(/_blinded$/, '');
  const masked =
    whole !== name && existsSync(join(folder, 'datasets', `${whole}.json`))
      ? scoreMasked(result, load(whole))
      : undefined;
  return {
    dataset: name,
    cpuSeconds: digits((user + system) / 1e6),
    candidates: result.candidates.length,
    best: {
      complexity: best.complexity,
      chi2: digits(best.goodness.chi2!),
      ndf: best.goodness.ndf,
      perNdf: digits(ratio(best)),
    },
    recommended: {
      complexity: recommended.complexity,
      chi2: digits(recommended.goodness.chi2!),
      ndf: recommended.goodness.ndf,
      perNdf: digits(ratio(recommended)),
      pValue: recommended.goodness.pValue,
      equation: recommended.equation,
    },
    ...(masked && {
      masked: {
        recommended: digits(masked[result.recommended].chi2),
        best: digits(masked[result.candidates.indexOf(best)].chi2),
        bins: masked[0].bins,
      },
    }),
    published: published
      .filter((run) => run.dataset === name)
      .map((run) => compare(run, result, whole === name ? undefined : load(whole))),
  };
}

async function fit(data: BinnedData): Promise<FitResult> {
  const { iterations, 'max-complexity': maxsize } = options;
  const search = {
    ...defaultSearch(data.x.length),
    seed: Number(options.seed),
    ...(iterations !== undefined && { iterations: Number(iterations) }),
    ...(maxsize !== undefined && { maxsize: Number(maxsize) }),
  };
  const events = fitRun(data, { search });
  for (;;) {
    const step = await events.next();
    if (step.done === true) return step.value;
  }
}

function scoreMasked({ context, candidates }: FitResult, whole: BinnedData) {
  return scoreUnseen(context, candidates, unseenBins(whole, context.data));
}

/** Whether a candidate is at or below the lowest published chi2/ndf at no more complexity, and the masked chi2 of both. */
function compare(
  run: PublishedRun & { readonly file: string },
  result: FitResult,
  whole: BinnedData | undefined,
) {
  const lowest = run.candidates.reduce((a, b) => (b.chi2 / b.ndf < a.chi2 / a.ndf ? b : a));
  const target = lowest.chi2 / lowest.ndf;
  const simple = result.candidates.filter(({ complexity }) => complexity <= lowest.complexity);
  const reached = simple.filter((candidate) => ratio(candidate) <= target);
  const unseen = whole && unseenBins(whole, result.context.data);
  return {
    run: run.file,
    perNdf: digits(target),
    complexity: lowest.complexity,
    isReached: reached.length > 0,
    atComplexity: reached[0]?.complexity ?? null,
    ...(unseen && { maskedChi2: digits(publishedMasked(lowest, unseen)) }),
  };
}

function publishedMasked(
  { unscaled, parameters }: PublishedRun['candidates'][number],
  unseen: BinnedData,
): number {
  const values = Object.fromEntries(Object.entries(parameters).map(([name, [best]]) => [name, best]));
  const predicted = evaluateColumns(parseSympy(unscaled), unseen.x, unseen.y.length, values);
  return goodnessOfFit(makeObjective(unseen, 'chi2'), predicted, 0).chi2!;
}

function print(row: Awaited<ReturnType<typeof fitAndCompare>>): void {
  const { best, recommended, masked } = row;
  const lines = [
    `${row.dataset}: ${row.candidates} candidates, ${row.cpuSeconds} s CPU; lowest chi2/ndf ${best.perNdf} at ${best.complexity}; recommended ${recommended.chi2}/${recommended.ndf} = ${recommended.perNdf} at ${recommended.complexity}`,
    ...(masked
      ? [
          `  masked bins: recommended ${masked.recommended}, lowest chi2/ndf ${masked.best}, of ${masked.bins} bins`,
        ]
      : []),
    ...row.published.map((run) => {
      const blind = run.maskedChi2 === undefined ? '' : `, masked chi2 ${run.maskedChi2}`;
      const verdict = run.isReached ? `reached at complexity ${run.atComplexity}` : 'NOT reached';
      return `  published ${run.run}: ${run.perNdf} at ${run.complexity}${blind}: ${verdict}`;
    }),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
