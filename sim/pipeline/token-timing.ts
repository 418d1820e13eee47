/**
 * When one event's beats move, beat by beat: each stage runs its schedule, stalls where a beat is not there yet or a
 * channel is full, and goes on.
 *
 * A recurrence over the streams, not over cycles: iteration i of a loop starts at the latest of: start of i - 1 plus the
 * interval; for each beat that it reads, the cycle in which the beat can be read; for each beat that it writes, the
 * cycle in which the channel has room. A beat written in cycle t can be read from t + 1 on. An iteration that has to
 * wait for room waits before it starts.
 */
import type { Pipeline } from './pipeline.ts';
import type { Access, PipelinedLoop, Selection, Step } from './schedule.ts';

export interface TokenTiming {
  /** Cycle after which the event has left the Pipeline and every stage has ended. */
  readonly latencyCycles: number;
  /** Cycle in which each stage ends. */
  readonly endCycles: ReadonlyMap<string, number>;
}

/** The cycles in which a channel's beats were written and read, so far. */
interface Stream {
  readonly depth: number;
  readonly written: Float64Array;
  readonly read: Float64Array;
  writes: number;
  reads: number;
}

/** An access with its stream, and how many accesses of the same slot to the same side of the stream go before it. */
interface Move {
  readonly stream: Stream;
  readonly isRead: boolean;
  readonly cycle: number;
  readonly when: readonly Selection[] | undefined;
  readonly ahead: number;
}

/** One iteration, or one straight piece: what it moves, and when the next may start; so many alike in a row. */
interface Slots {
  readonly times: number;
  readonly moves: readonly Move[];
  /** Cycles to the start of the next. */
  readonly gap: number;
  /** Cycles until it is over itself. */
  readonly cycles: number;
}

/**
 * Sends one event through the empty Pipeline, data-dependent trips and cycles at their most.
 * @throws Error if it never ends: a beat that is read is never written, or two channels wait for each other
 */
export function simulateTokens({ name, stages, channels }: Pipeline): TokenTiming {
  const streams = new Map<string, Stream>();
  for (const { name: channel, depth, from, to, beatsPerEvent } of channels) {
    streams.set(channel, {
      // An output's reader is always ready; an input's beats are all there.
      depth: to === null ? Infinity : depth,
      written: new Float64Array(beatsPerEvent).fill(-1),
      read: new Float64Array(beatsPerEvent),
      writes: from === null ? beatsPerEvent : 0,
      reads: 0,
    });
  }
  const runs = stages.map((stage) => ({
    stage: stage.name,
    slots: slotsOf(stage.schedule.steps, streams),
    next: 0,
    /** How often the next slot has been run. */
    ran: 0,
    earliest: 0,
    end: 0,
  }));

  let moved = true;
  while (moved) {
    moved = false;
    for (const run of runs) {
      while (run.next < run.slots.length) {
        const { times, moves, gap, cycles } = run.slots[run.next];
        let start: number | undefined;
        while (run.ran < times && (start = startOf(moves, run.earliest)) !== undefined) {
          for (let move = 0; move < moves.length; move++) make(moves[move], start);
          run.earliest = start + gap;
          run.end = Math.max(run.end, start + cycles);
          run.ran++;
          moved = true;
        }
        if (run.ran < times) break;
        run.next++;
        run.ran = 0;
      }
    }
  }
  const stuck = runs.filter(({ slots, next }) => next < slots.length).map(({ stage }) => stage);
  if (stuck.length > 0) {
    throw new Error(`pipeline '${name}' never ends: stages ${stuck.join(', ')} wait for beats or for room`);
  }
  const endCycles = new Map(runs.map(({ stage, end }) => [stage, end]));
  return { latencyCycles: Math.max(0, ...endCycles.values()), endCycles };
}

function make({ stream, isRead, cycle }: Move, start: number): void {
  if (isRead) stream.read[stream.reads++] = start + cycle;
  else stream.written[stream.writes++] = start + cycle;
}

/** First cycle in which the moves can be made, or undefined if a beat that they read or the room that they need is not known yet. */
function startOf(moves: readonly Move[], earliest: number): number | undefined {
  let start = earliest;
  for (let move = 0; move < moves.length; move++) {
    const { stream, isRead, cycle, ahead } = moves[move];
    let from: number;
    if (isRead) {
      const beat = stream.reads + ahead;
      if (beat >= stream.writes) return undefined;
      from = stream.written[beat] + 1 - cycle;
    } else {
      const blocker = stream.writes + ahead - stream.depth;
      if (blocker < 0) continue;
      if (blocker >= stream.reads) return undefined;
      from = stream.read[blocker] + 1 - cycle;
    }
    if (from > start) start = from;
  }
  return start;
}

/** The slots of a stage in order. */
function slotsOf(steps: readonly Step[], streams: ReadonlyMap<string, Stream>): Slots[] {
  return steps.flatMap((step): Slots[] => {
    switch (step.kind) {
      case 'straight': {
        const cycles = step.cycles.max;
        return [{ times: 1, moves: movesOf(step.accesses, streams), gap: cycles, cycles }];
      }
      case 'pipelined-loop':
        return iterationsOf(step, streams);
      case 'sequential-loop': {
        const { controlCycles: cycles } = step;
        const control = cycles > 0 ? [{ times: 1, moves: [], gap: cycles, cycles }] : [];
        const body = [...slotsOf(step.steps, streams), ...control];
        const [only, ...others] = body;
        if (only !== undefined && others.length === 0)
          return [{ ...only, times: only.times * step.trips.max }];
        return Array.from({ length: step.trips.max }, () => body).flat();
      }
      default:
        return step satisfies never;
    }
  });
}

function iterationsOf(loop: PipelinedLoop, streams: ReadonlyMap<string, Stream>): Slots[] {
  const trips = loop.trips.map(({ max }) => max);
  const total = trips.reduce((product, n) => product * n, 1);
  if (total === 0) return [];
  const all = movesOf(loop.accesses, streams);
  const { interval: gap, iterationCycles: cycles } = loop;
  const slots: Slots[] = [];
  if (all.every(({ when }) => when === undefined)) {
    slots.push({ times: total - 1, moves: all, gap, cycles });
    return [...slots, { times: 1, moves: all, gap: cycles, cycles }];
  }
  const alike = new Map<number, readonly Move[]>();
  const index = trips.map(() => 0);
  let current: readonly Move[] | undefined;
  let times = 0;
  for (let done = 0; done < total; done++) {
    let key = 0;
    for (let move = 0; move < all.length; move++) key = 2 * key + (happens(all[move].when, index) ? 1 : 0);
    let moves = alike.get(key);
    if (!moves) {
      moves = all.filter(({ when }) => happens(when, index));
      alike.set(key, moves);
    }
    if (moves !== current && current !== undefined) {
      slots.push({ times, moves: current, gap, cycles });
      times = 0;
    }
    current = moves;
    times++;
    for (let level = trips.length - 1; level >= 0 && ++index[level] === trips[level]; level--)
      index[level] = 0;
  }
  return [
    ...slots,
    { times: times - 1, moves: current!, gap, cycles },
    { times: 1, moves: current!, gap: cycles, cycles },
  ];
}

function movesOf(accesses: readonly Access[], streams: ReadonlyMap<string, Stream>): Move[] {
  return accesses.map(({ channel, direction, cycle, when }, index) => ({
    stream: streams.get(channel)!,
    isRead: direction === 'read',
    cycle,
    when,
    ahead: accesses
      .slice(0, index)
      .filter((other) => other.channel === channel && other.direction === direction).length,
  }));
}

function happens(when: readonly Selection[] | undefined, index: readonly number[]): boolean {
  if (when === undefined) return true;
  for (let level = 0; level < when.length; level++) {
    const past = index[level] - when[level].first;
    if (past < 0 || past % when[level].step !== 0) return false;
  }
  return true;
}
