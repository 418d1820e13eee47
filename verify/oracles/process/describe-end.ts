/** How a program ended, as an oracle's failure; undefined if it ended as it should. */
import type { FailureKind, FailureReport } from '../oracle-failure.ts';
import { OracleFailure } from '../oracle-failure.ts';
import { logTail, type ToolCall, type ToolEnd } from './run-tool.ts';

/**
 * @param good  exit codes that are no failure
 * @throws OracleFailure unless the program exited with one of them
 */
export function needGoodEnd(
  end: ToolEnd,
  call: Pick<ToolCall, 'command' | 'logFile' | 'timeoutMs'>,
  at: Pick<FailureReport, 'oracle' | 'phase'>,
  good: readonly number[] = [0],
): void {
  const fail = (kind: FailureKind, what: string): never => {
    throw new OracleFailure({ ...at, kind, what, log: call.logFile, tail: logTail(call.logFile) });
  };
  switch (end.kind) {
    case 'exited':
      if (good.includes(end.code)) return;
      if (isOutOfSpace(logTail(call.logFile)))
        fail('no-space', `${call.command} found no space left on the disk`);
      return fail('failed', `${call.command} ended with exit code ${end.code}`);
    case 'crashed':
      if (end.signal === 'SIGXFSZ')
        return fail('no-space', `${call.command} wrote a larger file than is allowed`);
      return fail('crashed', `${call.command} was ended by ${end.signal}`);
    case 'timed-out':
      return fail(
        'timed-out',
        `${call.command} did not end within ${call.timeoutMs / 1000} s; it and its children were killed`,
      );
    case 'cancelled':
      return fail('cancelled', `${call.command} was stopped`);
    case 'too-much-output':
      return fail('bad-output', `${call.command} printed without end; it was killed`);
    case 'not-found':
      return fail('missing', `${call.command} was not found`);
    default:
      return end satisfies never;
  }
}

function isOutOfSpace(text: string): boolean {
  return /no space left on device|disk quota exceeded/i.test(text);
}
