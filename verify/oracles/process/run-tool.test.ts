import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { needGoodEnd } from './describe-end.ts';
import { runTool, type ToolCall } from './run-tool.ts';
import { OracleFailure } from '../oracle-failure.ts';

function call(script: string, changes: Partial<ToolCall> = {}): ToolCall {
  const cwd = mkdtempSync(join(tmpdir(), 'pipewright-tool-'));
  return {
    command: '/bin/sh',
    args: ['-c', script],
    cwd,
    logFile: join(cwd, 'tool.log'),
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    ...changes,
  };
}

async function failureOf(given: ToolCall): Promise<string> {
  try {
    needGoodEnd(await runTool(given), given, { oracle: 'fake', phase: 'run' });
    return 'none';
  } catch (error) {
    if (error instanceof OracleFailure) return error.report.kind;
    throw error;
  }
}

/** Waits until a process is gone, at most a second. */
async function isGone(pid: number): Promise<boolean> {
  for (let turn = 0; turn < 50; turn++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    // A killed grandchild stays a zombie until init collects it.
    if (/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return true;
    await wait(20);
  }
  return false;
}

test('a program that ends well is no failure, and its output is logged', async () => {
  const given = call('echo done; echo aside >&2');
  expect(await failureOf(given)).toBe('none');
  expect(readFileSync(given.logFile, 'utf8').split('\n').sort()).toEqual(['', 'aside', 'done']);
});

test('an exit code is a failure', async () => {
  expect(await failureOf(call('exit 3'))).toBe('failed');
});

test('a segmentation fault is a crash', async () => {
  expect(await failureOf(call('kill -SEGV $$'))).toBe('crashed');
});

test('a hanging program is killed with its children when its time is over', async () => {
  const given = call('sleep 1000 & echo $! > child; wait', { timeoutMs: 300 });
  expect(await failureOf(given)).toBe('timed-out');
  expect(await isGone(Number(readFileSync(join(given.cwd, 'child'), 'utf8')))).toBe(true);
});

test('a program that ignores polite signals is killed too', async () => {
  expect(await failureOf(call("trap '' TERM INT HUP; while :; do sleep 1; done", { timeoutMs: 300 }))).toBe(
    'timed-out',
  );
});

test('children that outlive their parent are killed', async () => {
  const given = call('sleep 1000 & echo $! > child; exit 0');
  expect(await failureOf(given)).toBe('none');
  expect(await isGone(Number(readFileSync(join(given.cwd, 'child'), 'utf8')))).toBe(true);
});

test('output without end is cut off, and the log stays bounded', async () => {
  const given = call('yes garbage');
  expect(await failureOf(given)).toBe('bad-output');
  expect(statSync(given.logFile).size).toBeLessThan(20 << 20);
});

test('a file beyond the allowed size ends the program', async () => {
  const given = call('exec head -c 8000000 /dev/zero > big', { fileMb: 1 });
  expect(await failureOf(given)).toBe('no-space');
  expect(statSync(join(given.cwd, 'big')).size).toBeLessThanOrEqual(2 << 20);
});

test('a full disk that the program reports is told apart from other failures', async () => {
  expect(await failureOf(call('echo "write error: No space left on device" >&2; exit 1'))).toBe('no-space');
});

test('more memory than allowed ends the program', async () => {
  const given = call('head -c 900000000 /dev/zero | tail -c 900000000 > /dev/null', { memoryMb: 200 });
  expect(await failureOf(given)).toBe('failed');
});

test('a program that is not there is missing', async () => {
  expect(await failureOf(call('', { command: 'no-such-program-anywhere', args: [] }))).toBe('missing');
});

test('calling off a run kills the program at once', async () => {
  const controller = new AbortController();
  const given = call('echo $$ > own; exec sleep 1000', { signal: controller.signal });
  const failure = failureOf(given);
  while (!existsSync(join(given.cwd, 'own'))) await wait(20);
  controller.abort();
  expect(await failure).toBe('cancelled');
  expect(await isGone(Number(readFileSync(join(given.cwd, 'own'), 'utf8')))).toBe(true);
});
