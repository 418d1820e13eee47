/** What a simulation's record says in figures: occupancy of channels, work and waits of stages, latency and interval. */
import type { ChannelRecord, CycleRecord, StageRecord } from './record.ts';

/** Smallest, mean and largest of some figures. */
export interface Spread {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

export interface ChannelStatistics {
  readonly name: string;
  readonly depth: number;
  /** Most beats that it held at once. */
  readonly maxOccupancy: number;
  /** Beats that it held, averaged over all cycles. */
  readonly meanOccupancy: number;
}

/** Cycles of a run; together they are all cycles of it. */
export interface StageStatistics {
  readonly name: string;
  readonly layer: string | null;
  /** At work on an event and not waiting. */
  readonly busy: number;
  /** Waiting for a beat, and for room. */
  readonly starved: number;
  readonly blocked: number;
  /** Neither: done, or taking up the next event. */
  readonly idle: number;
}

export interface RunStatistics {
  readonly cycles: number;
  readonly channels: readonly ChannelStatistics[];
  readonly stages: readonly StageStatistics[];
  /** From acceptance to the first output beat; null without events. */
  readonly latency: Spread | null;
  /** From acceptance to the last output beat. */
  readonly completeLatency: Spread | null;
  /** From the start of an event's first stage to the end of its last one: what csynth calls latency. */
  readonly startToEnd: Spread | null;
  /** Between the acceptance of consecutive events; null with fewer than two. */
  readonly interval: Spread | null;
  /** Between the last output beats of consecutive events. */
  readonly departure: Spread | null;
}

export function statisticsOf(record: CycleRecord): RunStatistics {
  const { cycles, channels, stages, events } = record;
  return {
    cycles,
    channels: channels.map((channel) => channelStatistics(channel, cycles)),
    stages: stages.map((stage) => stageStatistics(stage, cycles)),
    latency: spreadOf(events.map(({ accepted, firstOut }) => firstOut - accepted)),
    completeLatency: spreadOf(events.map(({ accepted, lastOut }) => lastOut - accepted)),
    startToEnd: spreadOf(
      events.map(({ index }) => {
        const spans = stages.flatMap((stage) => stage.spans.slice(index, index + 1));
        return Math.max(...spans.map(({ last }) => last)) + 1 - Math.min(...spans.map(({ first }) => first));
      }),
    ),
    interval: spreadOf(events.slice(1).map(({ accepted }, n) => accepted - events[n].accepted)),
    departure: spreadOf(events.slice(1).map(({ lastOut }, n) => lastOut - events[n].lastOut)),
  };
}

/** A channel holds so many beats from this cycle on. */
export interface OccupancyStep {
  readonly cycle: number;
  readonly beats: number;
}

/**
 * How many beats a channel holds over time, in the cycles in which it changes. A beat takes its place from the cycle in
 * which it is written to the one in which it is read, so the place is free in the next.
 */
export function occupancySteps({ written, read }: Pick<ChannelRecord, 'written' | 'read'>): OccupancyStep[] {
  const steps: { cycle: number; beats: number }[] = [];
  let beats = 0;
  for (let w = 0, r = 0; w < written.length || r < read.length;) {
    const cycle = Math.min(
      w < written.length ? written[w] : Infinity,
      r < read.length ? read[r] + 1 : Infinity,
    );
    const before = beats;
    while (w < written.length && written[w] === cycle) [w, beats] = [w + 1, beats + 1];
    while (r < read.length && read[r] + 1 === cycle) [r, beats] = [r + 1, beats - 1];
    if (beats !== before) steps.push({ cycle, beats });
  }
  return steps;
}

export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of values) [min, max, sum] = [Math.min(min, value), Math.max(max, value), sum + value];
  return { min, mean: sum / values.length, max };
}

function channelStatistics(channel: ChannelRecord, cycles: number): ChannelStatistics {
  // What a window shows may be replaced in the cycle in which it is read: its register holds a beat from the next cycle on.
  const { written, read, kind } = channel;
  const steps = occupancySteps(
    kind === 'register' ? { written: Float64Array.from(written, (cycle) => cycle + 1), read } : channel,
  );
  let [maxOccupancy, sum] = [0, 0];
  steps.forEach(({ cycle, beats }, n) => {
    maxOccupancy = Math.max(maxOccupancy, beats);
    sum += beats * (Math.min(steps[n + 1]?.cycle ?? cycles, cycles) - Math.min(cycle, cycles));
  });
  const { name, depth } = channel;
  return { name, depth, maxOccupancy, meanOccupancy: cycles > 0 ? sum / cycles : 0 };
}

function stageStatistics({ name, layer, spans, waits }: StageRecord, cycles: number): StageStatistics {
  const beat = waits.filter((wait) => wait.for === 'beat');
  const starved = covered(beat);
  const waiting = covered(waits);
  const busy = covered([...spans, ...waits]) - waiting;
  return { name, layer, busy, starved, blocked: waiting - starved, idle: cycles - busy - waiting };
}

/** Number of cycles that lie in any of the spans. */
function covered(spans: readonly { readonly first: number; readonly last: number }[]): number {
  const sorted = [...spans].sort((a, b) => a.first - b.first);
  let [sum, until] = [0, -1];
  for (const { first, last } of sorted) {
    sum += Math.max(0, last - Math.max(first, until + 1) + 1);
    until = Math.max(until, last);
  }
  return sum;
}
