/**
 * When the beats of events move, one by one: every stage runs its schedule event after event, stands still while a beat
 * that it reads is not there or a channel that it writes is full, and goes on.
 *
 * A recurrence over the accesses, not over cycles. With t(k) the cycle of a stage's k-th step and c(k) the step's cycle of the
 * stage's own clock (token-program.ts),
 *
 *   t(k) = max( t(k-1) + c(k) - c(k-1),  w(b) + delay of each beat b read,  r(b - depth) + 1 for each beat b written ),
 *
 * w and r the cycles in which a beat is written and read. So all iterations of a pipelined loop that are under way stand
 * still together, which is what Vitis HLS makes unless told otherwise (`style=stp`, UG1399) and how LightningSim
 * (arXiv 2304.11219) moves the stages of a schedule. All of it is maxima and sums: with more room nothing happens later.
 *
 * An event starts when the one before it has ended (or `interval` cycles after its start in a pipelined stage) and the
 * region's control has passed. A beat that is an event by itself takes its channel's handoff, any other one cycle.
 */
import type { Channel, Pipeline, Stage } from './pipeline.ts';
import type { Range } from './range.ts';
import { type Step } from './schedule.ts';
import { tokenProgram, type TokenProgram } from './token-program.ts';

export interface TokenTiming {
  /** Cycle after which the event has left the Pipeline and every stage has ended. */
  readonly latencyCycles: number;
  /** Cycle in which each stage ends. */
  readonly endCycles: ReadonlyMap<string, number>;
}

/** What comes from outside. */
export interface TokenTraffic {
  readonly events: number;
  /** Cycle before which an event's beats are not offered; 0 if undefined. */
  readonly offeredFrom?: (event: number) => number;
  /** Idle cycles before a beat of an input is offered; 0 if undefined. */
  readonly gapBefore?: (channel: string, beat: number) => number;
  /** First cycle from `cycle` on in which an output is taken; that cycle itself if undefined. */
  readonly takenFrom?: (channel: string, cycle: number) => number;
  /** The number that an event takes of a range that depends on its data; the largest if undefined. */
  readonly choose?: (range: Range, at: { event: number; stage: string; loop: string | null }) => number;
}

export interface TokenRun {
  readonly channels: readonly TokenStream[];
  readonly stages: readonly TokenStage[];
  /** Stages that can never go on, with what they wait for; empty if every event left. */
  readonly stuck: readonly TokenBlock[];
  /** Whether an output was later than its deadline, and the run given up. */
  readonly late: boolean;
}

/** Cycles in which a channel's beats were written and read, so far. */
export interface TokenStream {
  readonly name: string;
  readonly written: Float64Array;
  readonly read: Float64Array;
  readonly writes: number;
  readonly reads: number;
}

export interface TokenStage {
  readonly name: string;
  /** Cycle in which each event starts, and ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly waits: readonly TokenWait[];
}

export interface TokenBlock {
  readonly stage: string;
  /** Cycle from which on it waits. */
  readonly since: number;
  readonly channel: string;
  /** `beat`: the channel is empty; `room`: it is full. */
  readonly for: 'beat' | 'room';
}

/** From the first to the last cycle in which a stage stands still for a channel. */
export interface TokenWait {
  readonly first: number;
  readonly last: number;
  readonly channel: string;
  readonly for: 'beat' | 'room';
}

/**
 * Sends one event through the empty Pipeline, data-dependent trips and cycles at their most.
 * @throws Error if it never ends: a beat that is read is never written, or two channels wait for each other
 */
export function simulateTokens(pipeline: Pipeline): TokenTiming {
  const { stages, stuck } = new TokenSimulator(pipeline, { events: 1 }).run();
  if (stuck.length > 0) {
    const names = stuck.map(({ stage }) => stage).join(', ');
    throw new Error(`pipeline '${pipeline.name}' never ends: stages ${names} wait for beats or for room`);
  }
  const endCycles = new Map(stages.map(({ name, ends }) => [name, ends[0]]));
  return { latencyCycles: Math.max(0, ...endCycles.values()), endCycles };
}

interface Stream {
  readonly name: string;
  readonly isInput: boolean;
  readonly isOutput: boolean;
  readonly beatsPerEvent: number;
  readonly depth: number;
  /** Cycles from a beat's writing to the first in which it can be read. */
  readonly delay: number;
  readonly written: Float64Array;
  readonly read: Float64Array;
  writes: number;
  reads: number;
}

/** A stage on its way through its events. */
interface Run {
  readonly stage: Stage;
  /** One for all events, or one an event. */
  readonly programs: readonly TokenProgram[];
  readonly starts: number[];
  readonly ends: number[];
  readonly waits: TokenWait[];
  /** Cycle of each step of the event at hand, and of the one before, where events overlap in the stage. */
  times: Float64Array | undefined;
  before: Float64Array | undefined;
  event: number;
  step: number;
  /** Cycle of the last step, or of the earliest start, and that step's cycle of the stage's clock. */
  time: number;
  clock: number;
}

export interface TokenRunOptions {
  /** Depth in beats by channel name, where it is not the Pipeline's own; may be Infinity. */
  readonly depths?: ReadonlyMap<string, number>;
  /** False to leave waits out, which is faster. */
  readonly waits?: boolean;
  /** Stops as soon as a beat of an output leaves later than here, by channel; the run is then incomplete. */
  readonly deadlines?: ReadonlyMap<string, Float64Array>;
}

/** Compiles a Pipeline's schedules once and runs them with as many depths as wanted. */
export class TokenSimulator {
  private readonly pipeline: Pipeline;
  private readonly traffic: TokenTraffic;
  private readonly programs: readonly (readonly TokenProgram[])[];

  /** @throws RangeError if an event does not move as many beats through a channel as the channel sends */
  constructor(pipeline: Pipeline, traffic: TokenTraffic) {
    this.pipeline = pipeline;
    this.traffic = traffic;
    const index = new Map(pipeline.channels.map(({ name }, position) => [name, position]));
    this.programs = pipeline.stages.map((stage) => {
      const count = traffic.choose !== undefined && isOpen(stage.schedule.steps) ? traffic.events : 1;
      return Array.from({ length: count }, (_, event) => {
        const program = tokenProgram(stage.schedule, index, (range, loop) =>
          range.min === range.max
            ? range.max
            : (traffic.choose?.(range, { event, stage: stage.name, loop }) ?? range.max),
        );
        checkBeats(program, stage, pipeline.channels);
        return program;
      });
    });
  }

  run({ depths, waits = true, deadlines }: TokenRunOptions = {}): TokenRun {
    const { pipeline, traffic } = this;
    const streams = pipeline.channels.map((channel) => streamOf(channel, traffic.events, depths));
    const limits = streams.map(({ name }) => deadlines?.get(name));
    const runs = pipeline.stages.map((stage, position): Run => ({
      stage,
      programs: this.programs[position],
      starts: [],
      ends: [],
      waits: [],
      times: undefined,
      before: undefined,
      event: 0,
      step: 0,
      time: 0,
      clock: 0,
    }));
    const world: World = { streams, limits, traffic, control: pipeline.controlCycles, waits, late: false };
    for (let moved = true; moved && !world.late;) {
      moved = false;
      for (const run of runs) moved = advance(run, world) || moved;
    }
    const open = world.late ? [] : runs.filter(({ event }) => event < traffic.events);
    return {
      channels: streams,
      stages: runs.map(({ stage: { name }, starts, ends, waits: own }) => ({
        name,
        starts,
        ends,
        waits: own,
      })),
      stuck: open.map((run) => blockOf(run, world)),
      late: world.late,
    };
  }
}

interface World {
  readonly streams: readonly Stream[];
  readonly limits: readonly (Float64Array | undefined)[];
  readonly traffic: TokenTraffic;
  readonly control: number;
  readonly waits: boolean;
  late: boolean;
}

/** Runs a stage until it is done or cannot know how long it waits; says whether it got on. */
function advance(run: Run, world: World): boolean {
  const { streams, traffic, limits } = world;
  const { interval } = run.stage.schedule;
  let moved = false;
  while (run.event < traffic.events) {
    const program = run.programs[run.programs.length === 1 ? 0 : run.event];
    const { at, set, sets } = program;
    while (run.step < at.length) {
      const moves = sets[set[run.step]];
      const free = freeFrom(run, program);
      const time = timeOf(moves, free, world);
      if (time === undefined) return moved;
      if (world.waits && time > free) run.waits.push(waitOf(moves, free, time, world));
      for (let n = 0; n < moves.length; n++) {
        const stream = streams[moves[n].channel];
        if (moves[n].isRead) {
          if (stream.isInput) stream.written[stream.writes++] = offeredFrom(stream, 0, traffic);
          stream.read[stream.reads++] = time;
          continue;
        }
        const beat = stream.writes++;
        stream.written[beat] = time;
        if (stream.isOutput) {
          stream.read[stream.reads++] = time;
          const limit = limits[moves[n].channel];
          if (limit !== undefined && time > limit[beat]) {
            world.late = true;
            return true;
          }
        }
      }
      if (run.step === 0) startEvent(run, at[0] === 0 ? time : run.time, at.length);
      if (run.times !== undefined) run.times[run.step] = time;
      run.time = time;
      run.clock = at[run.step];
      run.step++;
      moved = true;
    }
    if (at.length === 0) startEvent(run, run.time, 0);
    const end = run.time + program.cycles - run.clock;
    run.ends.push(end);
    const busyUntil = interval === null ? end : run.starts.at(-1)! + interval;
    run.time = busyUntil + world.control;
    run.clock = 0;
    run.step = 0;
    run.event++;
    [run.before, run.times] = [run.times, undefined];
    moved = true;
  }
  return moved;
}

function startEvent(run: Run, cycle: number, steps: number): void {
  run.starts.push(cycle);
  if (run.stage.schedule.interval !== null) run.times = new Float64Array(steps);
}

/** First cycle in which the stage at hand could make its next step but for its channels. */
function freeFrom(run: Run, { at }: TokenProgram): number {
  const free = run.time + at[run.step] - run.clock;
  // Events in one pipelined stage keep their distance all the way through.
  const before = run.before?.[run.step];
  return before === undefined ? free : Math.max(free, before + run.stage.schedule.interval!);
}

/** First cycle from `free` on in which all moves can be made; undefined if that is not known yet. */
function timeOf(moves: readonly TokenMove[], free: number, world: World): number | undefined {
  let time = free;
  for (let n = 0; n < moves.length; n++) {
    const from = possibleFrom(moves[n], world);
    if (from === undefined) return undefined;
    if (from > time) time = from;
  }
  const { takenFrom } = world.traffic;
  if (takenFrom === undefined) return time;
  const outputs = moves.map(({ channel }) => world.streams[channel]).filter(({ isOutput }) => isOutput);
  for (let before = -1; before < time;) {
    before = time;
    for (const { name } of outputs) time = takenFrom(name, time);
  }
  return time;
}

type TokenMove = TokenProgram['sets'][number][number];

/** First cycle in which a move can be made as far as its channel goes; undefined if that is not known yet. */
function possibleFrom(
  { channel, isRead, ahead }: TokenMove,
  { streams, traffic }: World,
): number | undefined {
  const stream = streams[channel];
  if (isRead) {
    if (stream.isInput) return offeredFrom(stream, ahead, traffic);
    const beat = stream.reads + ahead;
    return beat < stream.writes ? stream.written[beat] + stream.delay : undefined;
  }
  const blocker = stream.writes + ahead - stream.depth;
  if (blocker < 0) return 0;
  return blocker < stream.reads ? stream.read[blocker] + 1 : undefined;
}

/** Cycle in which an input's next beat but `ahead` is offered: after the one before it has been taken. */
function offeredFrom(
  { name, read, reads, beatsPerEvent }: Stream,
  ahead: number,
  traffic: TokenTraffic,
): number {
  const beat = reads + ahead;
  const taken = reads === 0 ? 0 : read[reads - 1] + 1;
  const from = beat % beatsPerEvent === 0 ? (traffic.offeredFrom?.(beat / beatsPerEvent) ?? 0) : 0;
  return Math.max(taken, from) + (traffic.gapBefore?.(name, beat) ?? 0);
}

/** The wait from `free` until `time`, for the channel that let the stage go on last. */
function waitOf(moves: readonly TokenMove[], free: number, time: number, world: World): TokenWait {
  let latest = moves[0];
  let from = -1;
  for (const move of moves) {
    const possible = possibleFrom(move, world)!;
    if (possible > from) [latest, from] = [move, possible];
  }
  // Later than any channel says: an output was not taken.
  if (from < time) latest = moves.find(({ channel }) => world.streams[channel].isOutput)!;
  return {
    first: free,
    last: time - 1,
    channel: world.streams[latest.channel].name,
    for: latest.isRead ? 'beat' : 'room',
  };
}

function blockOf(run: Run, world: World): TokenBlock {
  const program = run.programs[run.programs.length === 1 ? 0 : run.event];
  const moves = program.sets[program.set[run.step]];
  const move = moves.find((each) => possibleFrom(each, world) === undefined)!;
  return {
    stage: run.stage.name,
    since: freeFrom(run, program),
    channel: world.streams[move.channel].name,
    for: move.isRead ? 'beat' : 'room',
  };
}

function streamOf(channel: Channel, events: number, depths: TokenRunOptions['depths']): Stream {
  const { name, beatsPerEvent } = channel;
  const beats = events * beatsPerEvent;
  return {
    name,
    isInput: channel.from === null,
    isOutput: channel.to === null,
    beatsPerEvent,
    depth: channel.to === null ? Infinity : (depths?.get(name) ?? channel.depth),
    delay: readDelay(channel),
    written: new Float64Array(beats),
    read: new Float64Array(beats),
    writes: 0,
    reads: 0,
  };
}

/** Cycles from the writing of a beat to the first in which it can be read. */
export function readDelay({ kind, beatsPerEvent, handoffCycles }: Channel): number {
  if (kind === 'wire') return 0;
  return beatsPerEvent === 1 ? handoffCycles : 1;
}

/** Whether anything in the schedule depends on the data. */
function isOpen(steps: readonly Step[]): boolean {
  return steps.some((step) => {
    switch (step.kind) {
      case 'straight':
        return step.cycles.min !== step.cycles.max;
      case 'pipelined-loop':
        return step.trips.some(({ min, max }) => min !== max);
      case 'sequential-loop':
        return step.trips.min !== step.trips.max || isOpen(step.steps);
      default:
        return step satisfies never;
    }
  });
}

function checkBeats({ set, sets }: TokenProgram, { name }: Stage, channels: readonly Channel[]): void {
  const times = new Float64Array(sets.length);
  for (const index of set) times[index]++;
  const moved = new Map<string, number>();
  sets.forEach((moves, index) => {
    for (const { channel, isRead } of moves) {
      const side = `${isRead ? 'reads' : 'writes'} ${channel}`;
      moved.set(side, (moved.get(side) ?? 0) + times[index]);
    }
  });
  channels.forEach((channel, index) => {
    for (const [verb, end] of [
      ['reads', channel.to],
      ['writes', channel.from],
    ] as const) {
      const beats = moved.get(`${verb} ${index}`) ?? 0;
      if (end === name && beats !== channel.beatsPerEvent) {
        throw new RangeError(
          `stage '${name}' ${verb} ${beats} beats of channel '${channel.name}' in an event, which sends ${channel.beatsPerEvent}: ` +
            'the number of beats may not depend on the data',
        );
      }
    }
  });
}
