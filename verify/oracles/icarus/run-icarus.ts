/** Runs events through a Verilog design in Icarus Verilog: slower than Verilator, but ready in a moment, and it knows X. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { icarusTestbench, testbenchRoom } from '../../../rtl-templates/verilog/icarus-testbench.ts';
import { OracleFailure } from '../oracle-failure.ts';
import type { OracleContext } from '../oracle.ts';
import { needGoodEnd } from '../process/describe-end.ts';
import { runTool, type ToolCall } from '../process/run-tool.ts';
import { writeFiles } from '../process/write-files.ts';
import {
  cycleLimit,
  failureOf,
  parseEvents,
  parseTrace,
  type RtlEvent,
  type RtlRequest,
  type RtlRun,
  verilogFiles,
} from '../rtl/rtl-run.ts';

/** Simulated memory and long vectors are dear in Icarus; beyond this it would fill the machine. */
const MEMORY_MB = 4096;

export interface IcarusRequest extends RtlRequest {
  /** Cycle of a reset in the middle of the run; the events inside are offered again. */
  readonly resetAt?: number;
}

export interface IcarusRun extends RtlRun {
  /** Cycles after the first reset in which an output had unknown bits. */
  readonly unknown: readonly number[];
  /** Resets in the middle of the run, each with the events that were inside. */
  readonly resets: readonly { readonly cycle: number; readonly inside: number }[];
}

/** Version of Icarus, or undefined where it is missing. */
export async function icarusVersion(): Promise<string | undefined> {
  const { stdout } = await execa('iverilog', ['-V'], { reject: false });
  return /^Icarus Verilog version \S+/m.exec(stdout ?? '')?.[0];
}

/** Events that left before a failure are given with it. @throws OracleFailure if it cannot be compiled */
export async function runIcarus(request: IcarusRequest, context: OracleContext): Promise<IcarusRun> {
  const { design, inputs, noise, trace } = request;
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-icarus-'));
  const at = (phase: 'build' | 'run' | 'read') => ({ oracle: 'icarus', phase });
  try {
    if (inputs.length > testbenchRoom(design.top)) {
      const what = `the test bench has room for ${testbenchRoom(design.top)} input beats`;
      throw new OracleFailure({ kind: 'failed', ...at('build'), what });
    }
    const verilog = verilogFiles(design);
    const hex = `${inputs.map((input) => input.toString(16)).join('\n')}\n`;
    writeFiles(
      folder,
      new Map([...verilog, ['testbench.v', icarusTestbench(design.top)], ['events.hex', hex]]),
    );
    const call = (command: string, args: readonly string[], timeoutMs: number): ToolCall => ({
      command,
      args,
      cwd: folder,
      logFile: join(context.logFolder, `icarus-${design.top.name}-${command}.log`),
      timeoutMs,
      signal: context.signal,
      memoryMb: MEMORY_MB,
    });
    const files = ['testbench.v', ...verilog.keys()];
    const compile = call(
      'iverilog',
      ['-g2005', '-Wall', '-Wno-timescale', '-s', 'testbench', '-o', 'sim', ...files],
      context.buildTimeoutMs,
    );
    needGoodEnd(await runTool(compile), compile, at('build'));
    const plusargs = [
      `+events=${inputs.length}`,
      `+gap=${noise.gap}`,
      `+stall=${noise.stall}`,
      `+seed=${noise.seed}`,
      `+limit=${cycleLimit(request)}`,
      ...(typeof trace === 'object' ? [`+trace_from=${trace.from}`, `+trace_to=${trace.to}`] : []),
      ...(request.resetAt === undefined ? [] : [`+reset_at=${request.resetAt}`]),
    ];
    const simulate = call('vvp', ['-n', 'sim', ...plusargs], context.runTimeoutMs);
    const end = await runTool(simulate);
    const lines = readFileSync(simulate.logFile, 'utf8').split('\n').slice(0, -1);
    const result = parseLines(lines, request);
    const failure = failureOf(() => {
      needGoodEnd(end, simulate, at('run'));
      if (result.problem !== undefined)
        throw new OracleFailure({
          kind: 'bad-output',
          ...at('read'),
          what: result.problem,
          log: simulate.logFile,
        });
    });
    return { ...result, ...(failure ? { failure } : {}) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parseLines(lines: readonly string[], { design, inputs }: IcarusRequest) {
  const after = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const results = lines.filter((line) => /^\d+ \d+ [0-9a-fxz]+( [0-9a-fxz]+)?$/i.test(line));
  const known = results.findIndex((line) => /[xz]/i.test(line));
  const events: readonly RtlEvent[] = parseEvents(known < 0 ? results : results.slice(0, known), design.top);
  const wanted = inputs.length / (design.top.inputBeats ?? 1);
  const problem =
    known >= 0
      ? `the result of event ${events.length} has unknown bits: ${results[known].slice(0, 200)}`
      : events.length < wanted
        ? `gave ${events.length} results for ${wanted} events`
        : undefined;
  return {
    events,
    ...parseTrace(after('trace')),
    unknown: after('unknown').map(Number),
    resets: after('reset').map((line) => {
      const [cycle, inside] = line.match(/\d+/g)!.map(Number);
      return { cycle, inside };
    }),
    problem,
  };
}
