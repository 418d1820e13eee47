/** `pipewright verify --against`: the same events through several oracles, and where they first differ. */
import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import type { Event } from '../sim/import/vectors/index.ts';
import { InputError, type Model } from '../sim/model/index.ts';
import type { Verdict, VerifyEvent } from '../verify/against/index.ts';
import type { HardwareOptions, HeaderFolders, Oracle, OracleContext } from '../verify/oracles/index.ts';
import type { OracleReport, VerifyReport } from '../verify/report/index.ts';
import { buildNetwork } from './build-hardware.ts';
import { EXIT, print, printJson, toJson, writeAtomically } from './command.ts';
import { keepRegression, type KeptRegression } from './keep-regression.ts';
import { ownVectors } from './own-vectors.ts';
import { isProject, projectNotes, projectOracles } from './project-oracles.ts';
import { startProgress } from './progress.ts';
import { table } from './table.ts';

export interface VerifyAgainstOptions {
  /** Names of oracles with commas between them. */
  readonly against?: string;
  /** Results from elsewhere: a log of decimals, or a trace archive (.npz). */
  readonly actual?: string;
  /** hls4ml configuration of a model file. */
  readonly config?: string;
  /** Make the first difference of each oracle small, and keep it in `save`. */
  readonly shrink?: boolean;
  readonly save?: string;
  /** What is taken as right; default `recorded` where the events have outputs, `reference` otherwise. */
  readonly baseline?: string;
  readonly vectors?: string;
  /** `published` or `wide`: sparse convolutions that round once, at the end. */
  readonly accumulator?: string;
  /** Number of random events in place of recorded ones. */
  readonly random?: number;
  readonly seed?: number;
  /** Hardware: `fast` or `small`, and its clock period, ns. */
  readonly mapping?: string;
  readonly clock?: number;
  /** Hardware: percentages of cycles in which no event is offered, and no result is taken. */
  readonly gap?: number;
  readonly stall?: number;
  readonly keepGoing?: boolean;
  readonly junit?: string;
  readonly html?: string;
  /** JSON Lines: every event of the verification as it comes. */
  readonly log?: string;
  readonly github?: boolean;
  readonly json?: boolean;
  /** Seconds that one build and one run may take. */
  readonly timeout?: number;
  /** Builds at a time. */
  readonly jobs?: number;
  /** Oracles besides the known ones, from those who have them. */
  readonly more?: readonly Oracle[];
}

const REGRESSIONS = 'golden/regressions';

const CODES: Readonly<Record<Verdict, number>> = {
  equal: EXIT.ok,
  different: EXIT.different,
  failed: EXIT.toolMissing,
};

/** @returns the exit code. @throws InputError for whatever is wrong with model, vectors or options */
export async function verifyAgainstOracles(path: string, options: VerifyAgainstOptions): Promise<number> {
  const { importModel } = await import('../sim/import/index.ts');
  const { verifyAgainst } = await import('../verify/against/index.ts');
  const { actualOracle, BuildCache, knownOracles, networkHardware, oracleNamed } =
    await import('../verify/oracles/index.ts');
  const { withEvent } = await import('../verify/report/index.ts');

  const { withAccumulator } = await import('./with-accumulator.ts');
  const { model: imported, mapping: own } = importModel(path, { config: options.config });
  // How hardware is built changes no value: where nothing says it, any choice will do.
  const mapping = own ?? (await import('../sim/estimate/index.ts')).defaultMapping(imported);
  const model = withAccumulator(imported, options.accumulator);
  const events = await eventsOf(path, model, options);
  const hardware: HardwareOptions = {
    build: (subject) =>
      networkHardware(subject, buildNetwork(subject, options.mapping ?? 'fast', options.clock)),
    noise: { gap: inCycles(options.gap), stall: inCycles(options.stall), seed: options.seed ?? 1 },
  };
  const headers = await headerFolders();
  const oracles = [
    ...knownOracles(headers, hardware),
    ...(isProject(path) ? await projectOracles(path, headers.apTypes) : []),
    ...(options.more ?? []),
  ];
  const named = (options.against ?? '').split(',').filter((name) => name !== '');
  const asked = [
    ...named.map((name) => oracleNamed(name, oracles)),
    ...(options.actual === undefined ? [] : [actualOracle(options.actual)]),
  ];
  if (asked.length === 0) {
    const mend = `name some of ${oracles.map(({ name }) => name).join(', ')}`;
    throw new InputError({ code: 'CLI007', field: '--against', what: 'names no oracle', mend });
  }
  // What was recorded is of the published accumulators.
  const recorded = model === imported && events.every(({ expected }) => expected !== undefined);
  const baseline = oracleNamed(options.baseline ?? (recorded ? 'recorded' : 'reference'), oracles);
  // Held against itself, an oracle would always pass.
  const against = asked.filter(({ name }) => name !== baseline.name);
  if (against.length === 0) {
    const what = `'${baseline.name}' would be compared with itself`;
    const mend = 'name another oracle, another --baseline, or recorded events with --vectors';
    throw new InputError({ code: 'CLI008', field: '--against', what, mend });
  }
  if (against.length < asked.length && options.json !== true)
    print(`${baseline.name}: the baseline that the others are compared with`);

  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const timeoutMs = (options.timeout ?? 600) * 1000;
  const progress = startProgress('verifying', events.length * against.length);
  let report: VerifyReport | undefined;
  if (options.log !== undefined) writeFileSync(options.log, '');
  const subject = { model, mapping };
  const context: OracleContext = {
    cache: new BuildCache({ folder: cacheFolder(), parallel: options.jobs ?? 2 }),
    signal: stop.signal,
    buildTimeoutMs: timeoutMs,
    runTimeoutMs: timeoutMs,
    logFolder: mkdtempSync(join(tmpdir(), 'pipewright-logs-')),
  };
  const kept: KeptRegression[] = [];
  try {
    const run = verifyAgainst({
      subject,
      events,
      baseline,
      explainer: oracleNamed('reference', oracles),
      against,
      keepGoing: options.keepGoing ?? false,
      context,
    });
    for await (const event of run) {
      if (event.kind === 'compared') progress.step();
      if (options.log !== undefined) appendFileSync(options.log, `${toJson(event)}\n`);
      report = withEvent(report, event);
      if (options.json !== true && event.kind === 'finished') await printOracle(report, event);
    }
    for (const { oracle, divergence } of options.shrink === true ? (report?.oracles ?? []) : []) {
      if (!divergence) continue;
      const failing = events.find(({ id }) => id === divergence.event)!;
      const suspect = oracleNamed(oracle, [...oracles, ...against]);
      kept.push(await keepRegression(suspect, subject, failing, context, options.save ?? REGRESSIONS));
      if (options.json !== true) print(`${oracle}: ${kept.at(-1)!.sentence}`);
    }
    if (
      options.json !== true &&
      isProject(path) &&
      options.vectors === undefined &&
      options.random === undefined
    ) {
      for (const note of projectNotes(path, model, events, options.against ?? '')) print(note);
    }
  } finally {
    progress.stop();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    if (report) await writeReports({ ...report, ...(kept.length === 0 ? {} : { kept }) }, options);
  }
  return CODES[report?.verdict ?? 'failed'];
}

/** A percentage as a count of 1/256, never all cycles. */
function inCycles(percent = 0): number {
  return Math.min(255, Math.round(percent * 2.56));
}

async function eventsOf(path: string, model: Model, options: VerifyAgainstOptions): Promise<Event[]> {
  if (options.random !== undefined) {
    const { randomEvents } = await import('../verify/against/index.ts');
    return randomEvents(model, options.random, options.seed ?? 1);
  }
  const { readRecordedEvents } = await import('../sim/import/vectors/index.ts');
  return readRecordedEvents(ownVectors(path, options.vectors, ', or --random N'), model);
}

/** Header folders from AP_TYPES and AC_TYPES in the environment, else those that set-up has fetched. */
async function headerFolders(): Promise<HeaderFolders> {
  const { hlsHeaders } = await import('../scripts/hls-headers.mjs');
  const fetched = hlsHeaders();
  const choose = (variable: string, folder: string | undefined): HeaderFolders['apTypes'] => {
    const given = process.env[variable];
    if (given !== undefined && given !== '') return { kind: 'found', folder: given };
    if (folder !== undefined) return { kind: 'found', folder };
    const fetchedReason = fetched.kind === 'missing' ? fetched.reason : '';
    return { kind: 'missing', reason: `${fetchedReason}, or name their folder in ${variable}` };
  };
  const found = fetched.kind === 'found' ? fetched : undefined;
  return { apTypes: choose('AP_TYPES', found?.apTypes), acTypes: choose('AC_TYPES', found?.acTypes) };
}

/** Builds are kept where the XDG convention has caches. */
function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME;
  const folder = join(
    base !== undefined && base !== '' ? base : join(homedir(), '.cache'),
    'pipewright',
    'builds',
  );
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function printOracle(report: VerifyReport, { oracle }: Extract<VerifyEvent, { kind: 'finished' }>) {
  const { details, headline } = await import('../verify/report/index.ts');
  const entry = report.oracles.find((each) => each.oracle === oracle)!;
  const colour = { equal: pc.green, different: pc.red, failed: pc.yellow }[entry.verdict ?? 'failed'];
  print(colour(headline(report, entry)));
  const more = details(entry);
  if (more !== '') print(more);
  if (entry.layers && entry.layers.length > 0) print(layerTable(entry.layers));
}

function layerTable(rows: NonNullable<OracleReport['layers']>): string {
  return table(
    ['layer', 'tensor', 'values', 'differ', 'largest ulp', 'first event'],
    rows.map((row) => [
      row.layer,
      row.tensor,
      `${row.values}`,
      `${row.mismatchedValues}`,
      `${row.largestUlp}`,
      row.firstEvent ?? '',
    ]),
  );
}

async function writeReports(
  report: VerifyReport,
  { junit, html, github, json }: VerifyAgainstOptions,
): Promise<void> {
  const { githubAnnotations, htmlReport, junitReport } = await import('../verify/report/index.ts');
  if (junit !== undefined) writeAtomically(junit, junitReport(report));
  if (html !== undefined) writeAtomically(html, htmlReport(report));
  if (github === true) process.stdout.write(githubAnnotations(report));
  if (json === true) printJson(report);
}
