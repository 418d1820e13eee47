/** Checks what every Pipeline must keep; says which stage or channel breaks it. */
import type { Channel, Pipeline, Stage } from './pipeline.ts';
import type { Range } from './range.ts';
import { type Access, type Schedule, type Step, timesOf } from './schedule.ts';

export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly problems: readonly string[];

  constructor(pipeline: string, problems: readonly string[]) {
    super(
      `pipeline '${pipeline}' is not well formed:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/**
 * Returns the Pipeline if it is well formed: names are unique; each channel joins stages that exist, in order, and
 * gets and gives as many beats an event as it says; depths, intervals and trips are possible.
 * @throws PipelineError with every problem found
 */
export function verifyPipeline(pipeline: Pipeline): Pipeline {
  const problems = [...namesTwice(pipeline), ...channelProblems(pipeline), ...stageProblems(pipeline)];
  if (problems.length > 0) throw new PipelineError(pipeline.name, problems);
  return pipeline;
}

function* namesTwice({ stages, channels }: Pipeline): Generator<string> {
  for (const [what, named] of [
    ['stage', stages],
    ['channel', channels],
  ] as const) {
    const seen = new Set<string>();
    for (const { name } of named) {
      if (seen.has(name)) yield `${what} '${name}' stands twice`;
      seen.add(name);
    }
  }
}

function* channelProblems({ stages, channels }: Pipeline): Generator<string> {
  const place = new Map(stages.map(({ name }, index) => [name, index]));
  for (const channel of channels) {
    const { name, from, to } = channel;
    const missing = [from, to].filter((end) => end !== null && !place.has(end));
    if (missing.length > 0) {
      yield `channel '${name}' joins stage '${missing.join("', '")}', which the pipeline does not have`;
      continue;
    }
    if (from === null && to === null) yield `channel '${name}' joins nothing`;
    if (from !== null && to !== null && place.get(from)! >= place.get(to)!) {
      yield `channel '${name}' runs from '${from}' to '${to}', which does not stand after it`;
    }
    if (!isCount(channel.depth))
      yield `channel '${name}' has depth ${channel.depth}, expected at least 1 beat`;
    if (!isCount(channel.beatsPerEvent)) {
      yield `channel '${name}' sends ${channel.beatsPerEvent} beats an event, expected at least 1`;
    }
    if (!isCount(channel.beat.bits) || !isCount(channel.beat.elements)) {
      yield `channel '${name}' has beats of ${channel.beat.elements} x ${channel.beat.bits} bits`;
    }
    if (from !== null) yield* beatProblems(channel, stages[place.get(from)!], 'write');
    if (to !== null) yield* beatProblems(channel, stages[place.get(to)!], 'read');
  }
}

function* beatProblems(channel: Channel, stage: Stage, direction: Access['direction']): Generator<string> {
  const beats = beatsOf(stage.schedule, channel.name, direction);
  if (beats !== channel.beatsPerEvent) {
    yield `stage '${stage.name}' ${direction}s ${beats} beats of channel '${channel.name}' an event, which sends ${channel.beatsPerEvent}`;
  }
}

function* stageProblems({ stages, channels }: Pipeline): Generator<string> {
  const ends = new Map(channels.map((channel) => [channel.name, channel]));
  for (const { name, schedule } of stages) {
    if (schedule.interval !== null && !isCount(schedule.interval)) {
      yield `stage '${name}' has interval ${schedule.interval}, expected at least 1 cycle`;
    }
    for (const step of allSteps(schedule.steps)) {
      yield* stepProblems(name, step);
      for (const { channel, direction } of accessesOf(step)) {
        const end = ends.get(channel);
        if (!end)
          yield `stage '${name}' ${direction}s channel '${channel}', which the pipeline does not have`;
        else if ((direction === 'write' ? end.from : end.to) !== name) {
          yield `stage '${name}' ${direction}s channel '${channel}', which is not joined to it that way`;
        }
      }
    }
  }
}

function* stepProblems(stage: string, step: Step): Generator<string> {
  const ranges: [string, Range][] =
    step.kind === 'straight'
      ? [['cycles', step.cycles]]
      : step.kind === 'pipelined-loop'
        ? step.trips.map((trips) => ['trips', trips])
        : [['trips', step.trips]];
  for (const [what, { min, max }] of ranges) {
    if (!(min >= 0 && min <= max && Number.isInteger(min) && Number.isInteger(max))) {
      yield `stage '${stage}' has ${what} from ${min} to ${max}`;
    }
  }
  if (step.kind === 'pipelined-loop') {
    if (!isCount(step.interval))
      yield `loop '${step.name}' of stage '${stage}' has interval ${step.interval}`;
    if (!isCount(step.iterationCycles)) {
      yield `loop '${step.name}' of stage '${stage}' has iterations of ${step.iterationCycles} cycles`;
    }
  }
}

/** Beats that an event moves through one side of a channel, data-dependent trips at their most. */
function beatsOf(schedule: Schedule, channel: string, direction: Access['direction']): number {
  const count = (steps: readonly Step[]): number =>
    steps.reduce((sum, step) => {
      const own = accessesOf(step).filter(
        (access) => access.channel === channel && access.direction === direction,
      );
      switch (step.kind) {
        case 'straight':
          return sum + own.length;
        case 'pipelined-loop': {
          const trips = step.trips.map(({ max }) => max);
          return own.reduce((beats, access) => beats + timesOf(access, trips), sum);
        }
        case 'sequential-loop':
          return sum + step.trips.max * count(step.steps);
        default:
          return step satisfies never;
      }
    }, 0);
  return count(schedule.steps);
}

function* allSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    if (step.kind === 'sequential-loop') yield* allSteps(step.steps);
  }
}

function accessesOf(step: Step): readonly Access[] {
  return step.kind === 'sequential-loop' ? [] : step.accesses;
}

function isCount(n: number): boolean {
  return Number.isInteger(n) && n >= 1;
}
