/**
 * What a kernel's schedule is made of: the layer's surroundings, and the few forms of process that our kernels have.
 *
 * Loops, trips and intervals are those of the C++ that rtl-templates/hls writes; a test reads them out of the emitted text
 * and compares. Iteration depths come from the operators of operators.ts.
 */
import type { Layer, LayerOf, Mapping, Model } from '../../../model/index.ts';
import {
  type Access,
  exactly,
  type PipelinedLoop,
  type Schedule,
  type Step,
} from '../../../pipeline/index.ts';

/** How a tensor travels: `beats` times `lanes` values. */
export interface Layout {
  readonly beats: number;
  readonly lanes: number;
}

export interface Context {
  readonly model: Model;
  readonly mapping: Mapping;
  readonly io: Mapping['io'];
  /** Clock period that HLS schedules for, ns. */
  readonly budgetNs: number;
  readonly layout: (tensor: string) => Layout;
  /** Channels of the layer's inputs and outputs, in its order. */
  readonly reads: readonly Port[];
  readonly writes: readonly Port[];
}

export interface Port extends Layout {
  readonly channel: string;
}

/** What one kernel takes; `extrapolated` only for what goes beyond the profile as a whole. */
export interface Kernel {
  readonly schedule: Schedule;
  readonly derivation: string;
  readonly extrapolated?: readonly string[];
}

export type KernelOf<K extends Layer['kind']> = (layer: LayerOf<K>, context: Context) => Kernel;

export function straight(cycles: number, accesses: readonly Access[] = []): Step {
  return { kind: 'straight', cycles: exactly(cycles), accesses };
}

/** A pipelined loop, or a perfect nest of loops run as one. Iterations last at least their interval. */
export function loop(
  name: string,
  trips: readonly number[],
  interval: number,
  depth: number,
  accesses: readonly Access[] = [],
): PipelinedLoop {
  const iterationCycles = Math.max(depth, interval, 1);
  return { kind: 'pipelined-loop', name, trips: trips.map(exactly), interval, iterationCycles, accesses };
}

export function sequential(name: string, trips: number, steps: readonly Step[], controlCycles = 0): Step {
  return { kind: 'sequential-loop', name, trips: exactly(trips), controlCycles, steps };
}

export function reading(ports: readonly Port[], cycle = 0): Access[] {
  return ports.map(({ channel }) => ({ channel, direction: 'read', cycle }));
}

export function writing(ports: readonly Port[], cycle: number): Access[] {
  return ports.map(({ channel }) => ({ channel, direction: 'write', cycle }));
}

/** A process that takes whole tensors, does `steps`, and gives whole tensors; pipelined itself if `interval` is given. */
export function wholeProcess(
  context: Context,
  steps: readonly Step[],
  interval: number | null = null,
): Schedule {
  return {
    interval,
    steps: [straight(0, reading(context.reads)), ...steps, straight(0, writing(context.writes, 0))],
  };
}

/** Cycles of a trip that takes a beat off a stream and stores it. */
const LOAD_CYCLES = 2;

export function loadLoop(name: string, port: Port): Step {
  return loop(name, [port.beats], 1, LOAD_CYCLES, reading([port]));
}

/** Kernels that work on arrays: in a stream, loops in front and behind take and give the beats. */
export function arrayProcess(context: Context, steps: readonly Step[]): Schedule {
  if (context.io === 'parallel') return wholeProcess(context, steps);
  const [out] = context.writes;
  return {
    interval: null,
    steps: [
      ...context.reads.map((port, index) => loadLoop(`load_${'xy'[index]}`, port)),
      ...steps,
      loop('store', [out.beats], 1, LOAD_CYCLES, writing([out], LOAD_CYCLES - 1)),
    ],
  };
}

/** One pipelined loop that makes an output beat of each input beat; `cycles` of arithmetic in a trip. */
export function beatProcess(context: Context, name: string, trips: number, cycles: number): Schedule {
  if (context.io === 'parallel')
    return wholeProcess(context, [loop(name, [trips], 1, 1 + cycles), straight(1)]);
  const depth = 2 + cycles;
  return {
    interval: null,
    steps: [
      loop(name, [trips], 1, depth, [...reading(context.reads), ...writing(context.writes, depth - 1)]),
      straight(1),
    ],
  };
}
