/** What a run of Verilog gives, whichever simulator ran it; and how both are asked. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { VerilogDesign } from '../../../rtl-templates/verilog/index.ts';
import type { BeatPorts } from '../../../rtl-templates/verilog/verilator-main.ts';
import type { HandshakeNoise } from '../../../sim/cycles/index.ts';
import { OracleFailure } from '../oracle-failure.ts';
import type { OracleContext } from '../oracle.ts';
import { BuildCache } from '../process/build-cache.ts';

/** What a simulation needs to know of a design; an event may come and go in several beats. */
export interface RtlDesign extends Pick<VerilogDesign, 'files' | 'latencyCycles' | 'intervalCycles'> {
  readonly top: BeatPorts;
}

export interface RtlEvent {
  /** Cycle in which its first input beat was accepted, and in which its first output beat was taken. */
  readonly accepted: number;
  readonly taken: number;
  /** Cycle in which each of its output beats was taken. */
  readonly beats: readonly number[];
  /** Patterns of the output elements, beat after beat, in order. */
  readonly output: readonly bigint[];
  /** The tag that left with its last beat, of a design with tags. */
  readonly tag?: number;
}

/** Cycles, both included. */
export interface TraceWindow {
  readonly from: number;
  readonly to: number;
}

/** What a traced top showed in one cycle. */
export interface TraceLine {
  readonly cycle: number;
  readonly token: bigint;
  readonly data: bigint;
}

export interface RtlRun {
  /** Events that left, in order: all of them, unless there is a failure. */
  readonly events: readonly RtlEvent[];
  readonly trace: readonly TraceLine[];
  /** Of a trace in a window: how often each bit of the token was high before it. */
  readonly countsBefore: readonly number[];
  readonly failure?: OracleFailure;
}

export interface RtlRequest {
  readonly design: RtlDesign;
  /** One integer an input beat: all input bits. */
  readonly inputs: readonly bigint[];
  readonly noise: HandshakeNoise;
  /** Of the whole run, or of a window. */
  readonly trace?: boolean | TraceWindow;
}

/** Sources of the design, without what else stands in its folder. */
export function verilogFiles({ files }: Pick<RtlDesign, 'files'>): ReadonlyMap<string, string> {
  return new Map([...files].filter(([file]) => file.endsWith('.v')));
}

/** Cycles after which a run is given up: far beyond the slowest honest one. */
export function cycleLimit({ design, inputs }: RtlRequest): number {
  const events = Math.ceil(inputs.length / (design.top.inputBeats ?? 1));
  return 1000 + (inputs.length + events * (design.latencyCycles + design.intervalCycles)) * 50;
}

/** Lines `accepted taken hex [tag]`, one an output beat, as events. */
export function parseEvents(
  lines: readonly string[],
  { outputWidths, outputBeats = 1 }: BeatPorts,
): RtlEvent[] {
  const events: RtlEvent[] = [];
  for (let first = 0; first + outputBeats <= lines.length; first += outputBeats) {
    const beats = lines.slice(first, first + outputBeats).map((line) => parseBeat(line, outputWidths));
    const { accepted, taken } = beats[0];
    const { tag } = beats.at(-1)!;
    events.push({
      accepted,
      taken,
      beats: beats.map((beat) => beat.taken),
      output: beats.flatMap(({ output }) => output),
      ...(tag === undefined ? {} : { tag }),
    });
  }
  return events;
}

function parseBeat(line: string, widths: readonly number[]) {
  const [accepted, taken, hex, tag] = line.split(' ');
  let rest = BigInt(`0x${hex}`);
  const output = widths.map((width) => {
    const element = BigInt.asUintN(width, rest);
    rest >>= BigInt(width);
    return element;
  });
  return {
    accepted: Number(accepted),
    taken: Number(taken),
    output,
    tag: tag === undefined ? undefined : Number.parseInt(tag, 16),
  };
}

/** Lines `cycle token data`, numbers but the first in hexadecimal, unknown bits as 0; and one `counts n n ...`, if any. */
export function parseTrace(lines: readonly string[]): Pick<RtlRun, 'trace' | 'countsBefore'> {
  const counts = lines.find((line) => line.startsWith('counts '));
  return {
    countsBefore: counts?.split(' ').slice(1).map(Number) ?? [],
    trace: lines
      .filter((line) => line !== counts)
      .map((line) => {
        const [cycle, token, data] = line.split(' ');
        return { cycle: Number(cycle), token: parseHex(token), data: parseHex(data) };
      }),
  };
}

function parseHex(text: string): bigint {
  return BigInt(`0x${text.replaceAll(/[xz]/gi, '0')}`);
}

/** A context for a run outside the harness. @param cache  folder of kept builds */
export function ownContext(
  cache: string,
  {
    signal = new AbortController().signal,
    buildSeconds = 1200,
  }: { signal?: AbortSignal; buildSeconds?: number } = {},
): OracleContext {
  // Absolute, because programs run in folders of their own.
  const folder = resolve(cache);
  mkdirSync(folder, { recursive: true });
  return {
    cache: new BuildCache({ folder }),
    signal,
    buildTimeoutMs: buildSeconds * 1000,
    runTimeoutMs: 600_000,
    logFolder: mkdtempSync(join(tmpdir(), 'pipewright-logs-')),
  };
}

/** The failure that a check throws, as a value. */
export function failureOf(check: () => void): OracleFailure | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof OracleFailure) return error;
    throw error;
  }
}
