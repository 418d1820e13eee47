/**
 * Refits every published SymbolFit candidate in a folder by SymbolFit's rules, prints how far parameters, standard
 * errors and chi2 lie from the published ones, and how long a fit takes beside lmfit in the same run.
 *
 * The folder holds `results_*.json` and, in it or in golden/symbolfit, `datasets/*.json`. A candidate passes if its best
 * values and chi2 agree within 2 % and its standard errors within 5 %. Each fit starts at the published start with the
 * published choice of free parameters; `subsetsAgree` counts candidates for which the loop over subsets makes that
 * choice by itself. Times are CPU time per fit with at least one free parameter, from the text of the form to parameters
 * and covariance; both sides take the least of several rounds over all fits, since other work disturbs them. Exit code 0: all passed; 1: some failed.
 *
 *   npm run bench:fits -- [DIR] [--json] [--python PATH] [--no-fetch]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  agreement,
  agrees,
  comparePublished,
  prepareRun,
  refitPublished,
  type Comparison,
  type PreparedRun,
  type PublishedCandidate,
} from '../symbolic/fit/compare-published.ts';
import { readBinnedData } from '../symbolic/fit/read-data.ts';
import { twoSidedErrors } from '../symbolic/fit/binned-data.ts';
import type { YScale } from '../symbolic/fit/scaling.ts';
import { findLmfit } from './lmfit.ts';

interface ResultsFile {
  readonly fit?: string;
  readonly dataset: string;
  readonly config: {
    readonly input_rescale?: boolean;
    readonly scale_y_by?: YScale | null;
    readonly max_stderr?: number;
  };
  readonly candidates: readonly PublishedCandidate[];
}

interface Job {
  readonly run: number;
  readonly prepared: PreparedRun;
  readonly candidate: PublishedCandidate;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    python: { type: 'string' },
    'no-fetch': { type: 'boolean', default: false },
  },
});
const folder = positionals[0] ?? 'golden/symbolfit';
const files = existsSync(folder) ? readdirSync(folder).filter((name) => /^results.*\.json$/.test(name)) : [];
if (files.length === 0) {
  process.stderr.write(`error: no results_*.json in ${folder}\n`);
  process.exit(2);
}

const runs = files.map((file) => ({ file, ...readRun(join(folder, file)) }));
const rows = runs.flatMap(({ file, prepared, candidates }) =>
  candidates.map((candidate) => ({
    file,
    form: candidate.parameterized,
    ...comparePublished(prepared, candidate),
  })),
);
const jobs: Job[] = runs.flatMap(({ prepared, candidates }, run) =>
  candidates
    .filter(({ parameters }) => Object.values(parameters).some(([, up]) => up > 0))
    .map((candidate) => ({ run, prepared, candidate })),
);
const ours = timeOurs(jobs);
const lmfit = timeLmfit(jobs);

const failed = rows.filter((row) => !agrees(row));
const worst = (key: 'parameterDeviation' | 'errorDeviation' | 'chi2Deviation') =>
  Math.max(...rows.map((row) => row[key]));
const report = {
  candidates: rows.length,
  passed: rows.length - failed.length,
  failed: failed.length,
  subsetsAgree: rows.filter(({ subsetAgrees }) => subsetAgrees).length,
  bounds: agreement,
  worst: {
    parameter: worst('parameterDeviation'),
    error: worst('errorDeviation'),
    chi2: worst('chi2Deviation'),
  },
  speed: {
    fits: jobs.length,
    cpuMsPerFit: ours,
    lmfit: typeof lmfit === 'string' ? `not run: ${lmfit}` : lmfit,
    ratio: typeof lmfit === 'string' ? null : lmfit.cpuMsPerFit / ours,
  },
  rows,
};
if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else printReport();
process.exitCode = failed.length > 0 ? 1 : 0;

function readRun(file: string): { prepared: PreparedRun; candidates: readonly PublishedCandidate[] } {
  const results = JSON.parse(readFileSync(file, 'utf8')) as ResultsFile;
  const name = `${results.dataset}.json`;
  const places = [
    join(folder, 'datasets', name),
    join(folder, name),
    join('golden/symbolfit/datasets', name),
  ];
  const dataFile = places.find((place) => existsSync(place));
  if (dataFile === undefined) throw new Error(`${file}: data set ${name} is in none of ${places.join(', ')}`);
  const { input_rescale, scale_y_by, max_stderr } = results.config;
  const prepared = prepareRun({
    data: readBinnedData(readFileSync(dataFile, 'utf8'), basename(dataFile)),
    rescaleInput: input_rescale ?? true,
    scaleY: scale_y_by === undefined ? 'mean' : (scale_y_by ?? 'none'),
    maxStandardErrorPercent: max_stderr ?? 20,
  });
  return { prepared, candidates: results.candidates };
}

/** CPU milliseconds per fit: the least of 40 rounds over all jobs, the first of which warm the compiler up. */
function timeOurs(all: readonly Job[]): number {
  const rounds = Array.from({ length: 40 }, () => {
    const started = process.cpuUsage();
    for (const { prepared, candidate } of all) refitPublished(prepared, candidate);
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1000 / all.length;
  });
  return Math.min(...rounds);
}

function timeLmfit(
  all: readonly Job[],
): { version: string; cpuMsPerFit: number; evaluationsPerFit: number } | string {
  const python = findLmfit(options.python, !options['no-fetch']);
  if (python.kind === 'missing') return python.reason;
  const request = {
    data: runs.map(({ prepared: { scaled } }) => {
      const { up, down } = twoSidedErrors(scaled.errors!);
      return { x: scaled.x.map((x) => [...x]), y: [...scaled.y], up: [...up], down: [...down] };
    }),
    jobs: all.map(({ run, candidate }) => ({
      data: run,
      form: candidate.parameterized,
      start: candidate.parameterization,
      free: Object.keys(candidate.parameters).filter((name) => candidate.parameters[name][1] > 0),
    })),
  };
  const output = execFileSync(python.python, [join(import.meta.dirname, 'lmfit-peer.py')], {
    input: JSON.stringify(request),
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    maxBuffer: 1e8,
  });
  const { lmfit: version, results } = JSON.parse(output.toString()) as {
    lmfit: string;
    results: { seconds: number; evaluations: number | null }[];
  };
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    version,
    cpuMsPerFit: 1000 * mean(results.map(({ seconds }) => seconds)),
    evaluationsPerFit: mean(results.map(({ evaluations }) => evaluations ?? 0)),
  };
}

function printReport(): void {
  const percent = (value: number) => `${(100 * value).toFixed(3)} %`;
  const lines = failed.map((row) => describeRow(row));
  const { worst, speed } = report;
  lines.push(
    `${report.passed} of ${report.candidates} candidates agree; free parameters chosen alike for ${report.subsetsAgree}`,
    `largest deviations: parameters ${percent(worst.parameter)}, errors ${percent(worst.error)}, chi2 ${percent(worst.chi2)}`,
    `CPU time per fit (${speed.fits} fits): ${speed.cpuMsPerFit.toFixed(3)} ms`,
    typeof speed.lmfit === 'string'
      ? `lmfit: ${speed.lmfit}`
      : `lmfit ${speed.lmfit.version}: ${speed.lmfit.cpuMsPerFit.toFixed(3)} ms, ratio ${speed.ratio!.toFixed(1)}`,
  );
  process.stdout.write(lines.join('\n') + '\n');
}

function describeRow(row: Comparison & { readonly file: string; readonly form: string }): string {
  const { parameterDeviation: p, errorDeviation: e, chi2Deviation: c } = row;
  return `FAILED ${row.file} #${row.index} ${row.form}: parameters ${p}, errors ${e}, chi2 ${c}`;
}
