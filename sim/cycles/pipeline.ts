/**
 * Events through a Pipeline, cycle by cycle: timing alone. What HLS makes of a design overlaps them as `ap_ctrl_chain` and
 * a dataflow region allow: a process takes its next event as soon as it has ended the last one.
 */
import { type Pipeline, type TokenRun, TokenSimulator, type TokenTraffic } from '../pipeline/index.ts';
import type { HandshakeNoise } from './handshake.ts';
import { noisyTraffic } from './noise.ts';
import type { CycleRecord, Deadlock, EventRecord, StageRecord } from './record.ts';

export interface PipelineTraffic {
  readonly events: number;
  /** Cycles between the offers of two events at least; as fast as they are taken if undefined. */
  readonly every?: number;
  /** Gaps before input beats and stalls of the outputs. */
  readonly noise?: HandshakeNoise;
  /** Data-dependent trips and cycles: at their most (default), at their least, or event by event. */
  readonly data?: 'most' | 'least' | NonNullable<TokenTraffic['choose']>;
}

/** Depths in beats by channel, where they are not the Pipeline's own. */
export type Depths = ReadonlyMap<string, number>;

/** @throws RangeError if the number of beats of an event depends on its data */
export function simulatePipeline(pipeline: Pipeline, traffic: PipelineTraffic, depths?: Depths): CycleRecord {
  const run = tokenSimulator(pipeline, traffic).run(depths === undefined ? {} : { depths });
  return recordOf(pipeline, run, traffic.events, depths);
}

/** The Pipeline ready to be run with many depths. */
export function tokenSimulator(pipeline: Pipeline, traffic: PipelineTraffic): TokenSimulator {
  const { events, every, noise, data = 'most' } = traffic;
  return new TokenSimulator(pipeline, {
    events,
    ...(every !== undefined && { offeredFrom: (event: number) => event * every }),
    ...(noise !== undefined && noisyTraffic(noise, pipeline.channels)),
    ...(data === 'least' && { choose: ({ min }: { readonly min: number }) => min }),
    ...(typeof data === 'function' && { choose: data }),
  });
}

/** What the run leaves behind. Of a run that stands still, only the events that left are listed. */
export function recordOf(pipeline: Pipeline, run: TokenRun, events: number, depths?: Depths): CycleRecord {
  const last = lastCycle(run);
  const channels = pipeline.channels.map(({ name, kind, depth, beatsPerEvent, from, to }, index) => {
    const { written, read, writes, reads } = run.channels[index];
    return {
      name,
      kind,
      depth: depths?.get(name) ?? depth,
      beatsPerEvent,
      from,
      to,
      written: written.slice(0, writes),
      read: read.slice(0, reads),
    };
  });
  const stages = pipeline.stages.map(({ name, layer }, index): StageRecord => {
    const { starts, ends, waits } = run.stages[index];
    const stuck = run.stuck.find(({ stage }) => stage === name);
    const spans = starts.map((first, event) => ({ first, last: (ends[event] ?? last + 1) - 1 }));
    const open =
      stuck === undefined || stuck.since > last
        ? []
        : [{ first: stuck.since, last, channel: stuck.channel, for: stuck.for }];
    return { name, layer, spans, waits: [...waits, ...open] };
  });
  const left = Array.from({ length: events }, (_, event) => eventOf(pipeline, run, event));
  return {
    name: pipeline.name,
    channels,
    stages,
    events: left.filter((event) => event !== undefined),
    cycles: last + 1,
    deadlock: run.stuck.length === 0 ? null : deadlockOf(pipeline, run, last),
  };
}

/** Last cycle in which anything happened. */
function lastCycle({ channels, stages }: TokenRun): number {
  const moves = channels.flatMap(({ written, read, writes, reads }) => [
    writes > 0 ? written[writes - 1] : 0,
    reads > 0 ? read[reads - 1] : 0,
  ]);
  return Math.max(0, ...moves, ...stages.flatMap(({ ends }) => ends.slice(-1)));
}

/** Undefined if the event did not leave. An event ends with its last output beat, or where a stage keeps what it reads. */
export function eventOf(
  { channels, stages }: Pipeline,
  run: TokenRun,
  event: number,
): EventRecord | undefined {
  const inputs = channels.flatMap(({ from, beatsPerEvent }, index) =>
    from === null ? [run.channels[index].read[event * beatsPerEvent]] : [],
  );
  const sinks = stages.flatMap(({ name }, index) =>
    channels.some(({ from }) => from === name) ? [] : [run.stages[index].ends[event]],
  );
  const outputs = channels.flatMap(({ to, beatsPerEvent }, index) => {
    const { written, writes } = run.channels[index];
    if (to !== null) return [];
    const beats = (event + 1) * beatsPerEvent;
    return [writes < beats ? undefined : { first: written[event * beatsPerEvent], last: written[beats - 1] }];
  });
  if (sinks.includes(undefined as unknown as number) || outputs.includes(undefined)) return undefined;
  if (run.stages.some(({ ends }) => ends.length <= event)) return undefined;
  const first = [...sinks, ...outputs.map((output) => output!.first)];
  const last = [...sinks, ...outputs.map((output) => output!.last)];
  const accepted =
    inputs.length > 0 ? Math.min(...inputs) : Math.min(...run.stages.map(({ starts }) => starts[event]));
  return { index: event, accepted, firstOut: Math.min(...first), lastOut: Math.max(...last) };
}

/** Follows who waits for whom until it comes round. */
function deadlockOf({ channels }: Pipeline, { stuck, channels: streams }: TokenRun, cycle: number): Deadlock {
  const blocks = new Map(stuck.map((block) => [block.stage, block]));
  const path: string[] = [];
  let stage = stuck[0].stage;
  while (!path.includes(stage)) {
    path.push(stage);
    const { channel, for: lacks } = blocks.get(stage)!;
    const { from, to } = channels.find(({ name }) => name === channel)!;
    stage = (lacks === 'beat' ? from : to)!;
  }
  return {
    cycle,
    waitFor: path.slice(path.indexOf(stage)).map((name) => {
      const { channel, for: lacks } = blocks.get(name)!;
      return { stage: name, channel, for: lacks };
    }),
    occupancy: Object.fromEntries(streams.map(({ name, writes, reads }) => [name, writes - reads])),
  };
}
