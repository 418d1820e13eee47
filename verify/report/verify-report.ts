/** A verification in one document, gathered from its events; complete at any moment, so an interrupted run has one too. */
import type { LayerRow, LocatedDivergence, Totals, Verdict, VerifyEvent } from '../against/index.ts';
import type { FailureReport } from '../oracles/index.ts';

export interface OracleReport {
  readonly oracle: string;
  readonly version: string | undefined;
  /** Undefined while it runs, or if it never came to its end. */
  readonly verdict: Verdict | undefined;
  readonly totals: Totals;
  readonly divergence: LocatedDivergence | undefined;
  readonly layers: readonly LayerRow[] | undefined;
  readonly failure: FailureReport | undefined;
}

export interface VerifyReport {
  readonly schema: 'pipewright/verify-report@1';
  readonly model: string;
  readonly baseline: string;
  readonly events: number;
  /** Undefined if the run was cut off. */
  readonly verdict: Verdict | undefined;
  readonly oracles: readonly OracleReport[];
  /** What became of differences that were to be made small. */
  readonly kept?: readonly {
    readonly oracle: string;
    readonly file: string | undefined;
    readonly sentence: string;
  }[];
}

/** The report after one more event. @param report  undefined before the first */
export function withEvent(report: VerifyReport | undefined, event: VerifyEvent): VerifyReport {
  if (event.kind === 'started') {
    const totals = {
      events: event.events,
      comparedEvents: 0,
      mismatchedEvents: 0,
      values: 0,
      mismatchedValues: 0,
    };
    const blank = {
      version: undefined,
      verdict: undefined,
      totals,
      divergence: undefined,
      layers: undefined,
      failure: undefined,
    };
    return {
      schema: 'pipewright/verify-report@1',
      model: event.model,
      baseline: event.baseline,
      events: event.events,
      verdict: undefined,
      oracles: event.oracles.map((oracle) => ({ oracle, ...blank })),
    };
  }
  if (!report) throw new Error(`a verification begins with 'started', not '${event.kind}'`);
  if (event.kind === 'ended') return { ...report, verdict: event.verdict };
  const oracles = report.oracles.map((entry) =>
    entry.oracle === event.oracle ? updated(entry, event) : entry,
  );
  return { ...report, oracles };
}

function updated(
  entry: OracleReport,
  event: Exclude<VerifyEvent, { kind: 'started' | 'ended' }>,
): OracleReport {
  switch (event.kind) {
    case 'prepared':
      return { ...entry, version: event.version };
    case 'compared': {
      const { totals } = entry;
      return {
        ...entry,
        totals: {
          ...totals,
          comparedEvents: totals.comparedEvents + 1,
          mismatchedEvents: totals.mismatchedEvents + (event.mismatchedValues > 0 ? 1 : 0),
          mismatchedValues: totals.mismatchedValues + event.mismatchedValues,
        },
      };
    }
    case 'diverged':
      return { ...entry, divergence: event.divergence };
    case 'layers':
      return { ...entry, layers: event.rows };
    case 'failed':
      return { ...entry, failure: event.failure };
    case 'finished':
      return { ...entry, verdict: event.verdict, totals: event.totals };
    default:
      return event satisfies never;
  }
}
