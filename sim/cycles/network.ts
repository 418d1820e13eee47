/**
 * Cycle-exact simulation of a Network: when every beat moves, with random input gaps and output stalls, events one
 * behind the other. When depends on no value, so that values are worked out event by event on their own.
 */
import { channelOf, type Network } from '../pipeline/network/index.ts';
import { type HandshakeNoise, NO_NOISE, xorshift } from './handshake.ts';
import { type Link, type Machine, machineOf, take } from './network-machines.ts';
import { prepareNetwork } from './network-values.ts';
import type { CycleRecord, Deadlock, Wait } from './record.ts';

export interface NetworkRun {
  readonly record: CycleRecord;
  /** Raw integers of the outputs of each event, beat after beat. */
  readonly outputs: readonly Float64Array[];
}

/** Values and cycles. @param inputs  for each event the raw integers of its input beats, one after the other */
export function simulateNetwork(
  network: Network,
  inputs: readonly ArrayLike<number>[],
  noise: HandshakeNoise = NO_NOISE,
): NetworkRun {
  const run = prepareNetwork(network);
  return {
    record: simulateTiming(network, inputs.length, noise),
    outputs: inputs.map((input) => run(input).get(network.output)!),
  };
}

/** Cycles alone. Gaps and stalls are drawn for every beat, as the drivers of the Verilog do. */
export function simulateTiming(
  network: Network,
  events: number,
  noise: HandshakeNoise = NO_NOISE,
): CycleRecord {
  const links = new Map(
    network.channels.map(({ name, kind, depth, beatsPerEvent }): [string, Link] => {
      const beats = beatsPerEvent * events;
      const [written, read] = [new Float64Array(beats), new Float64Array(beats)];
      return [
        name,
        { name, kind, depth, count: 0, written, read, writes: 0, reads: 0, wrote: false, took: false },
      ];
    }),
  );
  const machines = network.units.map((unit) => machineOf(unit, (name) => links.get(name)!)).reverse();
  const waits = machines.map((): Wait[] => []);
  const [source, sink] = [links.get(network.input)!, links.get(network.output)!];
  const all = [...links.values()];
  const nextGap = xorshift((noise.seed * 2 + 1) >>> 0);
  const nextStall = xorshift(((noise.seed * 2 + 1) ^ 0x9e3779b9) >>> 0);
  const total = sink.read.length;
  let [cycle, lastMove] = [0, -1];
  let deadlock: Deadlock | null = null;

  for (; sink.reads < total; cycle++) {
    const wanted = nextGap() >= noise.gap;
    const ready = nextStall() >= noise.stall;
    const more = source.reads < source.read.length;
    if (more && wanted && source.count === 0) {
      source.count = 1;
      source.written[source.writes++] = cycle;
    }
    let moved = false;
    machines.forEach((machine, index) => {
      if (machine.move(cycle)) moved = true;
      noteWait(waits[index], machine, cycle);
    });
    if (sink.count > 0 && ready) take(sink, cycle);
    const idle = !moved && !sink.took && (source.count > 0 || !more) && sink.count === 0;
    if (moved || sink.took) lastMove = cycle;
    for (const link of all) {
      link.count += (link.wrote ? 1 : 0) - (link.took ? 1 : 0);
      link.wrote = false;
      link.took = false;
    }
    if (idle) {
      deadlock = deadlockOf(network, machines, all, lastMove);
      break;
    }
  }
  return recordOf(network, machines, waits, links, events, { cycles: cycle, deadlock });
}

function noteWait(waits: Wait[], { want }: Machine, cycle: number): void {
  if (want === null || (want.for === 'beat' && want.link.reads === want.link.read.length)) return;
  const before = waits.at(-1);
  if (before?.last === cycle - 1 && before.channel === want.link.name && before.for === want.for) {
    waits[waits.length - 1] = { ...before, last: cycle };
  } else waits.push({ first: cycle, last: cycle, channel: want.link.name, for: want.for });
}

/** From any unit that lacks room, from each unit to the one that it waits for, until one comes again. */
function deadlockOf(
  network: Network,
  machines: readonly Machine[],
  links: readonly Link[],
  cycle: number,
): Deadlock {
  const byName = new Map(machines.map((machine) => [machine.unit.name, machine]));
  const path: { stage: string; channel: string; for: 'beat' | 'room' }[] = [];
  let at = machines.find(({ want }) => want?.for === 'room') ?? machines.find(({ want }) => want !== null);
  while (at?.want && !path.some(({ stage }) => stage === at!.unit.name)) {
    const { link, for: lacks } = at.want;
    path.push({ stage: at.unit.name, channel: link.name, for: lacks });
    const { from, to } = channelOf(network, link.name);
    const next = lacks === 'beat' ? from : to;
    at = next === null ? undefined : byName.get(next);
  }
  const start = path.findIndex(({ stage }) => stage === at?.unit.name);
  return {
    cycle,
    waitFor: start < 0 ? path : path.slice(start),
    occupancy: Object.fromEntries(links.map(({ name, count }) => [name, count])),
  };
}

function recordOf(
  network: Network,
  machines: readonly Machine[],
  waits: readonly (readonly Wait[])[],
  links: ReadonlyMap<string, Link>,
  events: number,
  end: Pick<CycleRecord, 'cycles' | 'deadlock'>,
): CycleRecord {
  const link = (name: string) => links.get(name)!;
  const beats = new Map(network.channels.map(({ name, beatsPerEvent }) => [name, beatsPerEvent]));
  const done = (name: string, times: 'reads' | 'writes') => Math.floor(link(name)[times] / beats.get(name)!);
  const started = (name: string) => Math.ceil(link(name).reads / beats.get(name)!);
  const stages = [...machines].reverse().map(({ unit }, index) => {
    const finished = Math.min(...unit.outputs.map((name) => done(name, 'writes')));
    const spans = Array.from({ length: Math.min(started(unit.inputs[0]), events) }, (_, event) => ({
      first: Math.min(...unit.inputs.map((name) => link(name).read[event * beats.get(name)!])),
      last:
        event < finished
          ? Math.max(...unit.outputs.map((name) => link(name).written[(event + 1) * beats.get(name)! - 1]))
          : end.cycles,
    }));
    return {
      name: unit.name,
      layer: unit.layers[0] ?? null,
      spans,
      waits: waits[machines.length - 1 - index],
    };
  });
  const perEvent = { in: beats.get(network.input)!, out: beats.get(network.output)! };
  const [source, sink] = [link(network.input), link(network.output)];
  return {
    name: network.name,
    channels: network.channels.map(({ name, kind, depth, beatsPerEvent, from, to }) => ({
      name,
      kind,
      depth,
      beatsPerEvent,
      from,
      to,
      written: link(name).written.subarray(0, link(name).writes),
      read: link(name).read.subarray(0, link(name).reads),
    })),
    stages,
    events: Array.from({ length: done(network.output, 'reads') }, (_, index) => ({
      index,
      accepted: source.read[index * perEvent.in],
      firstOut: sink.read[index * perEvent.out],
      lastOut: sink.read[(index + 1) * perEvent.out - 1],
    })),
    ...end,
  };
}
