/** The sentences that all reports share. */
import type { LocatedDivergence } from '../against/index.ts';
import { describeDivergence } from '../diff/index.ts';
import type { EventClock } from '../oracles/index.ts';
import type { OracleReport, VerifyReport } from './verify-report.ts';

/** One line: what became of an oracle. */
export function headline(report: VerifyReport, { oracle, verdict, totals, failure }: OracleReport): string {
  const { comparedEvents, events, mismatchedEvents, values, mismatchedValues } = totals;
  const counted = `${comparedEvents} of ${events} events compared with ${report.baseline}`;
  switch (verdict) {
    case 'equal':
      return `${oracle}: equal in every bit; ${counted}, ${values} values`;
    case 'different': {
      const rest = failure ? `; then ${failure.phase} ${failure.kind}: ${failure.what}` : '';
      return `${oracle}: different; ${counted}, ${mismatchedEvents} of them and ${mismatchedValues} values differ${rest}`;
    }
    case 'failed': {
      const how =
        failure?.kind === 'missing'
          ? 'tool missing'
          : `${failure?.phase ?? 'run'} ${failure?.kind ?? 'failed'}`;
      return `${oracle}: no verdict, ${how}: ${failure?.what ?? 'unknown'}; ${counted}`;
    }
    case undefined:
      return `${oracle}: not finished; ${counted}`;
  }
}

/** The details below the headline: the divergence, or the last lines that the tool printed. */
export function details({ divergence, failure }: OracleReport): string {
  const parts = [
    ...(divergence
      ? [
          describeDivergence(divergence),
          ...(divergence.cycle === undefined ? [] : [`  at clock cycle ${divergence.cycle}`]),
          ...(divergence.clock === undefined ? [] : [`  ${clockSentence(divergence.clock)}`]),
          `  found by ${divergence.foundBy}`,
        ]
      : []),
    ...(failure?.log === undefined ? [] : [`log: ${failure.log}`]),
    ...(failure?.tail === undefined || failure.tail === '' ? [] : [failure.tail]),
  ];
  return parts.join('\n');
}

function clockSentence({ expected, got }: NonNullable<LocatedDivergence['clock']>): string {
  const say = ({ accepted, taken }: EventClock) =>
    `accepted in cycle ${accepted}, its result taken in ${taken}`;
  return `the event was ${say(got)}; it should have been ${say(expected)}`;
}
