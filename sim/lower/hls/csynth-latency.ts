/**
 * The latency that csynth reports for a dataflow region: a static figure, which the tokens need not agree with.
 */
import {
  exactly,
  latencyOf,
  pathLatency,
  type Pipeline,
  type Range,
  type Stage,
  type Step,
} from '../../pipeline/index.ts';
import type { Profile } from './profile.ts';

export function csynthLatency(pipeline: Pipeline, profile: Profile): Range {
  return profile.io === 'stream' ? exactly(streamLatency(pipeline)) : pathLatency(pipeline);
}

/**
 * Streams: every process starts with its producer and runs its own latency, and the region ends with the last of them. One
 * exception: a process that reads in a loop that is not pipelined (zero padding) starts only when its producer has written
 * all but one run of that loop. (What such a process itself writes counts from its start.) So two paddings of one size
 * count twice although their rows overlap.
 *
 * Read off the four `full` designs: 8,390 = 4,104 + 2 + 1 - 56 + 4,339, 9,733 = 4,765 + 2 + 1 - 63 + 5,028, 3,232 =
 * 2,923 + 2 + 3 + 1 - 12 + 315 (first convolution, ReLU, pooling, a row of the second padding's image, second padding).
 */
function streamLatency({ stages, channels }: Pipeline): number {
  const starts = new Map<string, number>();
  const lastWrites = new Map<string, number>();
  let end = 0;
  for (const stage of stages) {
    const producers = channels.flatMap(({ from, to }) => (to === stage.name && from !== null ? [from] : []));
    const run = sequentialRun(stage.schedule.steps);
    const start = Math.max(
      0,
      ...producers.map((from) => (run === undefined ? starts.get(from)! : lastWrites.get(from)! + 1 - run)),
    );
    const latency = latencyOf(stage.schedule).max;
    const passedOn = Math.max(0, ...producers.map((from) => lastWrites.get(from)! + passThrough(stage)));
    starts.set(stage.name, start);
    lastWrites.set(stage.name, run === undefined ? Math.max(start + latency, passedOn) : start);
    end = Math.max(end, start + latency);
  }
  return end;
}

/** Trips of the innermost loop that reads, if it is not pipelined. */
function sequentialRun(steps: readonly Step[]): number | undefined {
  for (const step of steps) {
    if (step.kind !== 'sequential-loop') continue;
    const inner = sequentialRun(step.steps);
    if (inner !== undefined) return inner;
    const reads = step.steps.some(
      (own) => own.kind === 'straight' && own.accesses.some(({ direction }) => direction === 'read'),
    );
    if (reads) return step.trips.max;
  }
  return undefined;
}

/** Cycles from a beat's arrival to the beat that it leads to, in a stage that is one pipelined loop. */
function passThrough({ schedule }: Stage): number {
  const loop = schedule.steps.find((step) => step.kind === 'pipelined-loop');
  return loop === undefined ? latencyOf(schedule).max : loop.iterationCycles - 1;
}
