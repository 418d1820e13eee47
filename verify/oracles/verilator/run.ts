/** Runs events through a Verilog design in Verilator. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OracleContext } from '../oracle.ts';
import { needGoodEnd } from '../process/describe-end.ts';
import { runTool, type ToolCall } from '../process/run-tool.ts';
import {
  cycleLimit,
  failureOf,
  parseEvents,
  parseTrace,
  type RtlRequest,
  type RtlRun,
  type TraceWindow,
} from '../rtl/rtl-run.ts';
import { buildVerilator } from './build.ts';

/** Events that left before a failure are given with it. @throws OracleFailure if the build fails */
export async function runVerilator(request: RtlRequest, context: OracleContext): Promise<RtlRun> {
  const { design, inputs, noise, trace = false } = request;
  const program = await buildVerilator(design, context);
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-verilator-'));
  const file = (name: string) => join(folder, name);
  try {
    writeFileSync(file('events'), eventBytes(inputs, design.top.inputBits));
    const numbers = [noise.gap, noise.stall, noise.seed, cycleLimit(request)].map(String);
    const call: ToolCall = {
      command: program,
      args: ['events', 'results', ...numbers, ...(trace === false ? [] : ['trace', ...windowOf(trace)])],
      cwd: folder,
      logFile: join(context.logFolder, `verilator-${design.top.name}-run.log`),
      timeoutMs: context.runTimeoutMs,
      signal: context.signal,
    };
    const end = await runTool(call);
    const events = parseEvents(wholeLines(file('results')), design.top);
    const traced = parseTrace(trace === false ? [] : wholeLines(file('trace')));
    const failure = failureOf(() => needGoodEnd(end, call, { oracle: 'verilator', phase: 'run' }));
    return { events, ...traced, ...(failure ? { failure } : {}) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function windowOf(trace: true | TraceWindow): string[] {
  return trace === true ? [] : [trace.from, trace.to].map(String);
}

function wholeLines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

/** A 64-bit count of beats, then the words of each, 32 bits each, lowest first. */
export function eventBytes(inputs: readonly bigint[], bits: number): Uint8Array {
  const words = Math.ceil(bits / 32);
  const bytes = new Uint8Array(8 + inputs.length * words * 4);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(inputs.length), true);
  inputs.forEach((input, event) => {
    const digits = input.toString(16).padStart(words * 8, '0');
    const base = 8 + event * words * 4;
    for (let i = 0; i < words * 4; i++) {
      bytes[base + i] = Number.parseInt(digits.slice(digits.length - 2 * i - 2, digits.length - 2 * i), 16);
    }
  });
  return bytes;
}
