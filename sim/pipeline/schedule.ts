/**
 * A stage's schedule: straight pieces and loops in program order, and in which cycle of each they read and write.
 *
 * Cycles count from the start of the piece or of the loop's iteration. A write's beat can be read one cycle later.
 */
import { addRanges, exactly, type Range, scaleRange } from './range.ts';

export interface Schedule {
  readonly steps: readonly Step[];
  /** Cycles between the starts of two events in a pipelined stage; null if an event must end before the next starts. */
  readonly interval: number | null;
}

export type Step = Straight | PipelinedLoop | SequentialLoop;

export interface Straight {
  readonly kind: 'straight';
  readonly cycles: Range;
  readonly accesses: readonly Access[];
}

/** Iterations overlap: one starts every `interval` cycles and lasts `iterationCycles`. */
export interface PipelinedLoop {
  readonly kind: 'pipelined-loop';
  readonly name: string;
  /** Trips of each loop of a perfect nest, outermost first; run as one loop. */
  readonly trips: readonly Range[];
  readonly interval: number;
  readonly iterationCycles: number;
  readonly accesses: readonly Access[];
}

/** One iteration ends before the next starts; each costs its steps and `controlCycles`. */
export interface SequentialLoop {
  readonly kind: 'sequential-loop';
  readonly name: string;
  readonly trips: Range;
  readonly controlCycles: number;
  readonly steps: readonly Step[];
}

export interface Access {
  readonly channel: string;
  readonly direction: 'read' | 'write';
  /** Cycle of the iteration. */
  readonly cycle: number;
  /** Which iterations do it, by the index of each loop of the nest; all if undefined. */
  readonly when?: readonly Selection[];
}

/** Indices first, first + step, first + 2 step, ... */
export interface Selection {
  readonly first: number;
  readonly step: number;
}

/** Cycles from the start of a schedule to its end, for one event. */
export function latencyOf(schedule: Schedule): Range {
  return addRanges(...schedule.steps.map(stepCycles));
}

/** Cycles between the starts of two events: its own interval if pipelined, else its latency (at least one cycle). */
export function intervalOf(schedule: Schedule): Range {
  if (schedule.interval !== null) return exactly(schedule.interval);
  const { min, max } = latencyOf(schedule);
  return { min: Math.max(min, 1), max: Math.max(max, 1) };
}

/** A pipelined loop of n trips takes (n - 1) x interval + iteration cycles. */
export function stepCycles(step: Step): Range {
  switch (step.kind) {
    case 'straight':
      return step.cycles;
    case 'pipelined-loop': {
      const trips = step.trips.reduce(scaleRange, exactly(1));
      const cycles = (n: number) => (n === 0 ? 0 : (n - 1) * step.interval + step.iterationCycles);
      return { min: cycles(trips.min), max: cycles(trips.max) };
    }
    case 'sequential-loop':
      return scaleRange(addRanges(exactly(step.controlCycles), ...step.steps.map(stepCycles)), step.trips);
    default:
      return step satisfies never;
  }
}

/** How often `access` happens in a nest of so many trips. */
export function timesOf(access: Access, trips: readonly number[]): number {
  return trips.reduce((times, n, level) => {
    const { first, step } = access.when?.[level] ?? { first: 0, step: 1 };
    return times * Math.max(0, Math.ceil((n - first) / step));
  }, 1);
}
