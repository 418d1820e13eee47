/**
 * The least depths of a Pipeline's FIFOs with which every event leaves in the very cycle in which it would with room
 * without end, and for each the proof that a beat less is worse.
 *
 * With more room nothing happens later (token-timing.ts). So the most that each FIFO ever holds with room without end is
 * enough (but for what a rigid region counts as its own), each depth can be bisected, and a depth that cannot be had with the others as they are cannot be had later, when
 * they are smaller still: one pass over the channels, dearest beats first, leaves depths of which none can do with less. They
 * need not be the only such depths.
 */
import { smallest } from './bisect.ts';
import type { Depths } from './pipeline.ts';
import type { CycleRecord, Deadlock } from './record.ts';
import type { Resizable } from './resizable.ts';
import { occupancySteps, type RunStatistics, statisticsOf } from './statistics.ts';

export interface FifoSizes {
  readonly fifos: readonly FifoSize[];
  /** The run with room without end, with the Pipeline's own depths, and with the least ones. */
  readonly unlimited: Timing;
  readonly declared: Timing;
  readonly sized: Timing;
  /** Runs that it took. */
  readonly simulations: number;
}

export type Timing = Pick<RunStatistics, 'latency' | 'completeLatency' | 'interval' | 'departure'> & {
  readonly deadlock: Deadlock | null;
};

export interface FifoSize {
  readonly channel: string;
  /** Bits of a beat. */
  readonly beatBits: number;
  /** The Pipeline's own depth, in beats. */
  readonly declared: number;
  /** Most beats that it holds with room without end. */
  readonly observed: number;
  /** Least depth. */
  readonly depth: number;
  /** What happens with a beat less; null at depth 1, where there is no less. */
  readonly oneLess: OneLess | null;
}

export type OneLess =
  | {
      readonly kind: 'later';
      readonly depth: number;
      /** First event that leaves later, when it leaves, and when it should. */
      readonly event: number;
      readonly lastOut: number;
      readonly insteadOf: number;
      readonly timing: Timing;
    }
  | { readonly kind: 'deadlock'; readonly depth: number; readonly deadlock: Deadlock };

/** @param onChannel  told before each channel is sized */
export function sizeFifos(
  { fifos, run, leavesBy }: Resizable,
  onChannel: (channel: string, index: number, count: number) => void = () => undefined,
): FifoSizes {
  let simulations = 0;
  const record = (depths: Depths): CycleRecord => {
    simulations++;
    return run(depths);
  };
  const unlimited = record(new Map(fifos.map(({ name }) => [name, Infinity])));
  const inTime = (depths: Depths): boolean => {
    simulations++;
    return leavesBy(depths, unlimited);
  };

  const observed = new Map(
    fifos.map(({ name }) => {
      const channel = unlimited.channels.find((each) => each.name === name)!;
      return [name, occupancySteps(channel).reduce((most, { beats }) => Math.max(most, beats), 1)];
    }),
  );
  const depths = new Map(observed);
  // A rigid region wants room for what is still inside it, too.
  for (const { name, depth } of fifos)
    if (!inTime(depths)) depths.set(name, Math.max(depth, observed.get(name)!));
  while (!inTime(depths)) for (const { name } of fifos) depths.set(name, 2 * depths.get(name)!);
  [...fifos]
    .sort((a, b) => b.beatBits - a.beatBits)
    .forEach(({ name }, index) => {
      onChannel(name, index, fifos.length);
      const least = smallest(1, depths.get(name)!, (depth) => inTime(new Map([...depths, [name, depth]])));
      depths.set(name, least);
    });

  const sizes = fifos.map(({ name, beatBits, depth: declared }): FifoSize => {
    const depth = depths.get(name)!;
    return {
      channel: name,
      beatBits,
      declared,
      observed: observed.get(name)!,
      depth,
      oneLess:
        depth === 1 ? null : oneLess(record(new Map([...depths, [name, depth - 1]])), unlimited, depth - 1),
    };
  });
  return {
    fifos: sizes,
    unlimited: timingOf(unlimited),
    declared: timingOf(record(new Map())),
    sized: timingOf(record(depths)),
    simulations,
  };
}

function oneLess(record: CycleRecord, unlimited: CycleRecord, depth: number): OneLess {
  if (record.deadlock !== null) return { kind: 'deadlock', depth, deadlock: record.deadlock };
  const event = record.events.findIndex(
    ({ firstOut, lastOut }, index) =>
      firstOut > unlimited.events[index].firstOut || lastOut > unlimited.events[index].lastOut,
  );
  const { lastOut } = record.events[Math.max(0, event)];
  return {
    kind: 'later',
    depth,
    event: Math.max(0, event),
    lastOut,
    insteadOf: unlimited.events[Math.max(0, event)].lastOut,
    timing: timingOf(record),
  };
}

function timingOf(record: CycleRecord): Timing {
  const { latency, completeLatency, interval, departure } = statisticsOf(record);
  return { latency, completeLatency, interval, departure, deadlock: record.deadlock };
}
