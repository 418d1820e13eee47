/**
 * Runs one external program to its end, whatever it does: hangs, crashes, prints without end, fills the disk.
 *
 * The program is the head of a process group of its own, and every way out of here kills the whole group. What it
 * prints goes to a log file of bounded size. Memory and file sizes are bounded by the shell's `ulimit`.
 */
import { execa } from 'execa';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ToolCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly logFile: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  /** Largest address space, MB; none if not given. */
  readonly memoryMb?: number;
  /** Largest file that it may write, MB. */
  readonly fileMb?: number;
}

export type ToolEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'crashed'; readonly signal: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'too-much-output' }
  | { readonly kind: 'not-found' };

const LOG_LIMIT_BYTES = 16 << 20;
const DEFAULT_FILE_MB = 2048;

export async function runTool(call: ToolCall): Promise<ToolEnd> {
  if (call.signal.aborted) return { kind: 'cancelled' };
  mkdirSync(dirname(call.logFile), { recursive: true });
  const log = openSync(call.logFile, 'w');
  try {
    return await supervise(call, log);
  } finally {
    closeSync(log);
  }
}

async function supervise(call: ToolCall, log: number): Promise<ToolEnd> {
  // `exec` makes the shell that sets the limits become the program, so that its death is seen as it was.
  const limits = [
    `ulimit -f ${(call.fileMb ?? DEFAULT_FILE_MB) * 2048}`,
    'ulimit -c 0',
    ...(call.memoryMb === undefined ? [] : [`ulimit -v ${call.memoryMb * 1024}`]),
  ];
  const child = execa('/bin/sh', ['-c', `${limits.join('; ')}; exec "$0" "$@"`, call.command, ...call.args], {
    cwd: call.cwd,
    env: { LC_ALL: 'C', ...call.env },
    detached: true,
    cleanup: false,
    reject: false,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
  });

  let stopped: ToolEnd | undefined;
  const stop = (reason: ToolEnd): void => {
    stopped ??= reason;
    killGroup(child.pid);
  };
  let written = 0;
  const keep = (chunk: Buffer): void => {
    const room = LOG_LIMIT_BYTES - written;
    if (room <= 0) return stop({ kind: 'too-much-output' });
    written += chunk.length;
    writeSync(log, chunk.subarray(0, room));
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const onAbort = () => stop({ kind: 'cancelled' });
  const onExit = () => killGroup(child.pid);
  const timer = setTimeout(() => stop({ kind: 'timed-out' }), call.timeoutMs);
  call.signal.addEventListener('abort', onAbort);
  process.on('exit', onExit);
  try {
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      child.once('exit', (code: number | null, signal: string | null) => resolve({ code, signal }));
      child.once('error', () => resolve({ code: 127, signal: null }));
    });
    const { code, signal } = await ended;
    // Whatever the program left running holds its pipes open; nothing of it may outlive the call.
    killGroup(child.pid);
    await child;
    if (stopped) return stopped;
    if (signal !== null) return { kind: 'crashed', signal };
    if (code === 127) return { kind: 'not-found' };
    return { kind: 'exited', code: code ?? 0 };
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener('abort', onAbort);
    process.off('exit', onExit);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

/** The last lines of a log. */
export function logTail(logFile: string, lines = 20): string {
  try {
    if (statSync(logFile).size > LOG_LIMIT_BYTES * 2) return '';
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
