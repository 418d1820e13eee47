/** A run as an event log (schemas/event-log.ts), and back. */
import { EVENT_LOG_SCHEMA, type EventLog, type Runs } from '../../schemas/event-log.ts';
import type { CycleRecord, StageRecord, Wait } from './record.ts';

/** @param clockNs  clock period, if known */
export function eventLogOf(record: CycleRecord, clockNs: number | null = null): EventLog {
  const { name, cycles, channels, stages, events, deadlock } = record;
  const channelIndex = new Map(channels.map((channel, index) => [channel.name, index]));
  const stageIndex = new Map(stages.map((stage, index) => [stage.name, index]));
  const stageAt = (stage: string | null) => (stage === null ? null : stageIndex.get(stage)!);
  return {
    schema: EVENT_LOG_SCHEMA,
    name,
    clockNs,
    cycles,
    channels: channels.map(({ from, to, written, read, ...channel }) => ({
      ...channel,
      from: stageAt(from),
      to: stageAt(to),
      written: runsOf(written),
      read: runsOf(read),
    })),
    stages: stages.map(({ name: stage, layer, spans, waits }) => ({
      name: stage,
      layer,
      first: runsOf(spans.map(({ first }) => first)),
      last: runsOf(spans.map(({ last }) => last)),
      waits: groupsOf(waits).map(([{ channel, for: lacks }, group]) => ({
        channel: channelIndex.get(channel)!,
        for: lacks,
        first: runsOf(group.map(({ first }) => first)),
        last: runsOf(group.map(({ last }) => last)),
      })),
    })),
    events: events.map(({ index, accepted, firstOut, lastOut }) => [index, accepted, firstOut, lastOut]),
    deadlock: deadlock && {
      cycle: deadlock.cycle,
      waitFor: deadlock.waitFor.map(({ stage, channel, for: lacks }) => ({
        stage: stageIndex.get(stage)!,
        channel: channelIndex.get(channel)!,
        for: lacks,
      })),
      occupancy: channels.map((channel) => deadlock.occupancy[channel.name]),
    },
  };
}

/** The record again; waits come in the order of their cycles. */
export function recordOfEventLog({
  name,
  cycles,
  channels,
  stages,
  events,
  deadlock,
}: EventLog): CycleRecord {
  const stageAt = (index: number | null) => (index === null ? null : stages[index].name);
  return {
    name,
    cycles,
    channels: channels.map(({ from, to, written, read, ...channel }) => ({
      ...channel,
      from: stageAt(from),
      to: stageAt(to),
      written: cyclesOf(written),
      read: cyclesOf(read),
    })),
    stages: stages.map(({ name: stage, layer, first, last, waits }): StageRecord => {
      const lasts = cyclesOf(last);
      return {
        name: stage,
        layer,
        spans: Array.from(cyclesOf(first), (cycle, event) => ({ first: cycle, last: lasts[event] })),
        waits: waits
          .flatMap((group): Wait[] => {
            const ends = cyclesOf(group.last);
            return Array.from(cyclesOf(group.first), (cycle, n) => ({
              first: cycle,
              last: ends[n],
              channel: channels[group.channel].name,
              for: group.for,
            }));
          })
          .sort((a, b) => a.first - b.first),
      };
    }),
    events: events.map(([index, accepted, firstOut, lastOut]) => ({ index, accepted, firstOut, lastOut })),
    deadlock: deadlock && {
      cycle: deadlock.cycle,
      waitFor: deadlock.waitFor.map(({ stage, channel, for: lacks }) => ({
        stage: stages[stage].name,
        channel: channels[channel].name,
        for: lacks,
      })),
      occupancy: Object.fromEntries(channels.map((channel, n) => [channel.name, deadlock.occupancy[n]])),
    },
  };
}

function groupsOf(waits: readonly Wait[]): [Wait, Wait[]][] {
  const groups = new Map<string, [Wait, Wait[]]>();
  for (const wait of waits) {
    const key = `${wait.for} ${wait.channel}`;
    const group = groups.get(key) ?? [wait, []];
    group[1].push(wait);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Longest runs of equal steps, from the front. */
function runsOf(cycles: ArrayLike<number>): Runs {
  const runs: number[] = [];
  for (let n = 0; n < cycles.length;) {
    const step = n + 1 < cycles.length ? cycles[n + 1] - cycles[n] : 0;
    let end = n + 1;
    while (end < cycles.length && cycles[end] - cycles[end - 1] === step) end++;
    runs.push(cycles[n], step, end - n);
    n = end;
  }
  return runs;
}

function cyclesOf(runs: Runs): Float64Array {
  const cycles: number[] = [];
  for (let n = 0; n < runs.length; n += 3) {
    for (let k = 0; k < runs[n + 2]; k++) cycles.push(runs[n] + k * runs[n + 1]);
  }
  return Float64Array.from(cycles);
}
