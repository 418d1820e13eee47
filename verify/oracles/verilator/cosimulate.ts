/**
 * Builds a Verilog design with Verilator and runs events through it. Builds are kept by the hash of everything that
 * goes into them.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type BeatPorts, verilatorMain } from '../../../rtl-templates/verilog/verilator-main.ts';
import type { VerilogDesign } from '../../../rtl-templates/verilog/index.ts';
import type { HandshakeNoise } from '../../../sim/cycles/handshake.ts';

export interface CosimulatedEvent {
  /** Cycle in which its first input beat was accepted, and in which its first output beat was taken. */
  readonly accepted: number;
  readonly taken: number;
  /** Cycle in which each of its output beats was taken. */
  readonly beats: readonly number[];
  /** Patterns of the output elements, beat after beat, in order. */
  readonly output: readonly bigint[];
}

/** What a co-simulation needs to know of a design; an event may come and go in several beats. */
export interface CosimulatedDesign extends Pick<VerilogDesign, 'files' | 'latencyCycles' | 'intervalCycles'> {
  readonly top: BeatPorts;
}

export interface CosimulationOptions {
  /** Folder of kept builds. */
  readonly cache: string;
  readonly signal?: AbortSignal;
  readonly buildSeconds?: number;
}

/** Version of Verilator, or undefined where it is missing. */
export async function verilatorVersion(): Promise<string | undefined> {
  const result = await execa('verilator', ['--version'], { reject: false });
  return result.failed ? undefined : result.stdout.trim();
}

/**
 * Runs events through the design. @param inputs  one integer an input beat: all input bits
 * @throws ExecaError with the tool's messages if lint, build or run fails
 */
export async function cosimulate(
  design: CosimulatedDesign,
  inputs: readonly bigint[],
  noise: HandshakeNoise,
  options: CosimulationOptions,
): Promise<CosimulatedEvent[]> {
  const program = await buildVerilator(design, options);
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-cosim-'));
  try {
    const events = join(folder, 'events.bin');
    const results = join(folder, 'results.txt');
    writeFileSync(events, eventBytes(inputs, design.top.inputBits));
    const limit = 1000 + inputs.length * (design.latencyCycles + design.intervalCycles) * 50;
    const numbers = [noise.gap, noise.stall, noise.seed, limit].map(String);
    await execa(program, [events, results, ...numbers], { timeout: 600_000 });
    const { outputWidths, outputBeats = 1 } = design.top;
    return eventsOf(readFileSync(results, 'utf8').trimEnd().split('\n'), outputBeats, outputWidths);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the path of the built program */
export async function buildVerilator(
  design: CosimulatedDesign,
  { cache, signal, buildSeconds = 1200 }: CosimulationOptions,
): Promise<string> {
  const { name } = design.top;
  const main = verilatorMain(design.top);
  const hash = createHash('sha256')
    .update((await verilatorVersion()) ?? '')
    .update(main);
  for (const [file, text] of design.files) if (file.endsWith('.v')) hash.update(file).update(text);
  const folder = join(cache, `${name}-${hash.digest('hex').slice(0, 16)}`);
  const program = join(folder, 'simulate');
  if (existsSync(program)) return program;

  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'build-'));
  try {
    const sources = [...design.files].filter(([file]) => file.endsWith('.v'));
    for (const [file, text] of sources) writeFileSync(join(work, file), text);
    writeFileSync(join(work, 'main.cpp'), main);
    const run = { cwd: work, timeout: buildSeconds * 1000, ...(signal ? { cancelSignal: signal } : {}) };
    const files = sources.map(([file]) => file);
    const flags = [
      '--cc',
      '--exe',
      '-Wall',
      '--top-module',
      name,
      '-O3',
      '--x-assign',
      'fast',
      '--Mdir',
      'obj',
    ];
    await execa(
      'verilator',
      [...flags, '--output-split', '20000', '-CFLAGS', '-O0', 'main.cpp', ...files],
      run,
    );
    await execa('make', ['-C', 'obj', '-f', `V${name}.mk`, 'OPT_FAST=-O0', 'OPT_SLOW=-O0', `V${name}`], run);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    renameSync(join(work, 'obj', `V${name}`), program);
    return program;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function eventBytes(inputs: readonly bigint[], bits: number): Uint8Array {
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

/** Lines of the driver, one an output beat, as events. */
function eventsOf(lines: readonly string[], beats: number, widths: readonly number[]): CosimulatedEvent[] {
  const events: CosimulatedEvent[] = [];
  for (let first = 0; first < lines.length; first += beats) {
    const results = lines.slice(first, first + beats).map((line) => resultOf(line, widths));
    const { accepted, taken } = results[0];
    events.push({
      accepted,
      taken,
      beats: results.map((result) => result.taken),
      output: results.flatMap(({ output }) => output),
    });
  }
  return events;
}

function resultOf(line: string, widths: readonly number[]) {
  const [accepted, taken, hex] = line.split(' ');
  let rest = BigInt(`0x${hex}`);
  const output = widths.map((width) => {
    const element = BigInt.asUintN(width, rest);
    rest >>= BigInt(width);
    return element;
  });
  return { accepted: Number(accepted), taken: Number(taken), output };
}
