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
  const runs = stages.map((stage): Run => ({
    stage: stage.name,
    slots: slotsOf(stage.schedule.steps, streams),
    next: 0,
    ran: 0,
    earliest: 0,
    end: 0,
  }));
  let moved = true;
  while (moved) {
    moved = false;
    for (const run of runs) {
      while (run.next < run.slots.length) {
        const slots = run.slots[run.next];
        const before = run.ran;
        runSlots(run, slots);
        moved ||= run.ran > before;
        if (run.ran < slots.times) break;
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

/** A stage on its way through its slots. */
interface Run {
  readonly stage: string;
  readonly slots: readonly Slots[];
  /** Index of the slots at hand, and how often they have been run. */
  next: number;
  ran: number;
  earliest: number;
  end: number;
}

/** Runs the slots at hand until they are done or have to wait. */
function runSlots(run: Run, slots: Slots): void {
  const { times, moves, gap, cycles } = slots;
  if (runFreely(run, slots)) return;
  for (; run.ran < times; run.ran++) {
    const start = startOf(moves, run.earliest);
    if (start === undefined) return;
    for (const { stream, isRead, cycle } of moves) {
      if (isRead) stream.read[stream.reads++] = start + cycle;
      else stream.written[stream.writes++] = start + cycle;
    }
    run.earliest = start + gap;
    run.end = Math.max(run.end, start + cycles);
  }
}

/**
 * The common case in one tight loop: a single read, or a read and a write, or a single write, with room for all beats of
 * an event. Says whether it was that case.
 */
function runFreely(run: Run, { times, moves, gap, cycles }: Slots): boolean {
  const [first, second] = moves;
  const read = first?.isRead ? first : undefined;
  const write = read === undefined ? first : second;
  if (moves.length > (read === undefined ? 1 : 2) || write?.isRead) return false;
  const out = write?.stream;
  if (out !== undefined && out.depth < out.written.length) return false;
  const left = times - run.ran;
  const count = read === undefined ? left : Math.min(left, read.stream.writes - read.stream.reads);
  const { earliest } = run;
  let start = earliest - gap;
  for (let n = 0; n < count; n++) {
    start += gap;
    if (read !== undefined) {
      const from = read.stream.written[read.stream.reads] + 1 - read.cycle;
      if (from > start) start = from;
      read.stream.read[read.stream.reads++] = start + read.cycle;
    }
    if (out !== undefined) out.written[out.writes++] = start + write.cycle;
  }
  run.ran += count;
  if (count > 0) {
    run.earliest = start + gap;
    run.end = Math.max(run.end, start + cycles);
  }
  return true;
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
  const inner = trips.length - 1;
  const rows = new Map<string, readonly Slots[]>();
  for (let row = 0; row < total / trips[inner]; row++) {
    const open = all.filter(({ when }) => happensInRow(when, row, trips));
    const key = open.map((move) => all.indexOf(move)).join();
    let iterations = rows.get(key);
    if (!iterations) {
      iterations = rowOf(open, trips[inner], { gap, cycles });
      rows.set(key, iterations);
    }
    slots.push(...iterations);
  }
  const last = slots.pop()!;
  return [...slots, { ...last, times: last.times - 1 }, { ...last, times: 1, gap: cycles }];
}

/** The iterations of an innermost loop, alike ones together; `open` are the moves that the outer loops let happen. */
function rowOf(open: readonly Move[], trips: number, timing: Pick<Slots, 'gap' | 'cycles'>): Slots[] {
  const slots: Slots[] = [];
  const happens = ({ when }: Move, index: number) =>
    when === undefined || when.length === 0 || selected(when.at(-1)!, index);
  for (let index = 0; index < trips; index++) {
    const moves = open.filter((move) => happens(move, index));
    const before = slots.at(-1);
    const same =
      before?.moves.length === moves.length && moves.every((move, at) => move === before.moves[at]);
    if (before !== undefined && same) slots[slots.length - 1] = { ...before, times: before.times + 1 };
    else slots.push({ ...timing, times: 1, moves });
  }
  return slots;
}

/** Whether the outer indices of a row of the nest are selected. */
function happensInRow(
  when: readonly Selection[] | undefined,
  row: number,
  trips: readonly number[],
): boolean {
  let rest = row;
  for (let level = trips.length - 2; level >= 0; level--) {
    if (when !== undefined && !selected(when[level], rest % trips[level])) return false;
    rest = Math.floor(rest / trips[level]);
  }
  return true;
}

function selected({ first, step }: Selection, index: number): boolean {
  return index >= first && (index - first) % step === 0;
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
