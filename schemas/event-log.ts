/**
 * The event log: when every beat moved and every stage worked in one run, compact enough for whole runs.
 *
 * Lists of cycles are written as runs `[first, step, count, first, step, count, ...]`: first, first + step, ... count of them.
 */
import { z } from 'zod';

export const EVENT_LOG_SCHEMA = 'pipewright/event-log@1';

const cycle = z.number().int().min(0);

/** Cycles as runs of three numbers. */
const runsSchema = z.array(z.number().int()).readonly();
export type Runs = z.output<typeof runsSchema>;

const waitForSchema = z.enum(['beat', 'room']);

const channelSchema = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['fifo', 'ping-pong', 'register', 'wire']),
    /** Beats it holds; 0 for a wire that holds none. */
    depth: z.number().int().min(0),
    beatsPerEvent: z.number().int().min(1),
    /** Index of the writing stage; null for an input of the design. */
    from: cycle.nullable(),
    /** Index of the reading stage; null for an output of the design. */
    to: cycle.nullable(),
    /** Cycle in which each beat was written, and read, all events one after the other. */
    written: runsSchema,
    read: runsSchema,
  })
  .readonly();

const stageSchema = z
  .strictObject({
    name: z.string(),
    /** The Model's layer that it implements. */
    layer: z.string().nullable(),
    /** First and last cycle of the work on each event; last = first - 1 where it takes no cycle. */
    first: runsSchema,
    last: runsSchema,
    /** Cycles in which it stood still, by channel (index) and by what the channel lacked. */
    waits: z
      .array(
        z
          .strictObject({ channel: cycle, for: waitForSchema, first: runsSchema, last: runsSchema })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();

const deadlockSchema = z
  .strictObject({
    /** Cycle after which nothing moves. */
    cycle,
    /** Each stage waits for the next one, the last for the first; indices of stages and channels. */
    waitFor: z
      .array(z.strictObject({ stage: cycle, channel: cycle, for: waitForSchema }).readonly())
      .readonly(),
    /** Beats in each channel, in their order. */
    occupancy: z.array(cycle).readonly(),
  })
  .readonly();

export const eventLogSchema = z
  .strictObject({
    schema: z.literal(EVENT_LOG_SCHEMA),
    name: z.string(),
    /** Clock period, ns; null if the run knew none. */
    clockNs: z.number().positive().nullable(),
    /** Cycles of the run, counted from 0. */
    cycles: cycle,
    channels: z.array(channelSchema).readonly(),
    stages: z.array(stageSchema).readonly(),
    /** Index, first input beat taken in, first and last output beat, of every event that left. */
    events: z.array(z.tuple([cycle, cycle, cycle, cycle]).readonly()).readonly(),
    deadlock: deadlockSchema.nullable(),
  })
  .readonly()
  .superRefine((log, context) => {
    for (const [path, message] of contradictions(log)) context.addIssue({ code: 'custom', path, message });
  });
export type EventLog = z.output<typeof eventLogSchema>;

interface Unchecked {
  readonly cycles: number;
  readonly channels: readonly z.output<typeof channelSchema>[];
  readonly stages: readonly z.output<typeof stageSchema>[];
  readonly deadlock: z.output<typeof deadlockSchema> | null;
}

type Contradiction = [path: (string | number)[], message: string];

/** What the shapes of the fields do not say: that the parts fit together. */
function* contradictions({ cycles, channels, stages, deadlock }: Unchecked): Generator<Contradiction> {
  const isCount = (index: number | null, of: readonly unknown[]) => index === null || index < of.length;
  for (const [n, channel] of channels.entries()) {
    const at = (field: string) => ['channels', n, field];
    for (const side of ['written', 'read'] as const)
      yield* runProblems(channel[side], cycles, at(side), true);
    if (lengthOf(channel.read) > lengthOf(channel.written))
      yield [at('read'), 'more beats read than written'];
    for (const end of ['from', 'to'] as const)
      if (!isCount(channel[end], stages)) yield [at(end), `there is no stage ${channel[end]}`];
  }
  for (const [n, { first, last, waits }] of stages.entries()) {
    yield* runProblems(first, cycles, ['stages', n, 'first'], true);
    yield* runProblems(last, cycles, ['stages', n, 'last'], true);
    if (lengthOf(first) !== lengthOf(last)) yield [['stages', n, 'last'], 'not as many as first'];
    for (const [w, wait] of waits.entries()) {
      const at = (field: string) => ['stages', n, 'waits', w, field];
      if (!isCount(wait.channel, channels)) yield [at('channel'), `there is no channel ${wait.channel}`];
      yield* runProblems(wait.first, cycles, at('first'), false);
      yield* runProblems(wait.last, cycles, at('last'), false);
      if (lengthOf(wait.first) !== lengthOf(wait.last)) yield [at('last'), 'not as many as first'];
    }
  }
  if (deadlock === null) return;
  for (const [n, { stage, channel }] of deadlock.waitFor.entries()) {
    if (!isCount(stage, stages)) yield [['deadlock', 'waitFor', n, 'stage'], `there is no stage ${stage}`];
    if (!isCount(channel, channels))
      yield [['deadlock', 'waitFor', n, 'channel'], `there is no channel ${channel}`];
  }
  if (deadlock.occupancy.length !== channels.length)
    yield [['deadlock', 'occupancy'], `${deadlock.occupancy.length} figures for ${channels.length} channels`];
}

function* runProblems(
  runs: Runs,
  cycles: number,
  path: (string | number)[],
  ascending: boolean,
): Generator<Contradiction> {
  if (runs.length % 3 !== 0) {
    yield [path, 'not in threes: first, step, count'];
    return;
  }
  let before = -1;
  for (let n = 0; n < runs.length; n += 3) {
    const [first, step, count] = runs.slice(n, n + 3) as [number, number, number];
    const last = first + step * (count - 1);
    if (count < 1) {
      yield [[...path, n + 2], `a run of ${count}`];
      return;
    }
    if (Math.min(first, last) < -1 || Math.max(first, last) > cycles) {
      yield [[...path, n], `cycles ${first} to ${last} of ${cycles}`];
      return;
    }
    if (ascending && (first < before || step < 0)) {
      yield [[...path, n], 'cycles go backwards'];
      return;
    }
    before = last;
  }
}

function lengthOf(runs: Runs): number {
  return runs.reduce((sum, count, n) => (n % 3 === 2 ? sum + count : sum), 0);
}
