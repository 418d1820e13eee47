/** The layers inside the rigid regions of a Network: when they work, and what they hand on. */
import { type Node, type Schedule, sizeOf, usersOf, widthOf } from '../pipeline/circuit/index.ts';
import { beatSize, channelOf, type Network, type Region } from '../pipeline/network/index.ts';
import { prepareCircuit } from './evaluate-circuit.ts';
import type { NetworkValues } from './network-values.ts';
import type { CycleRecord, StageRecord } from './record.ts';
import type { Change, Signal } from './waveform.ts';

/** A region takes a beat in cycle c and is in step s of it in cycle c + 1 + s. */
const FIRST_STEP = 1;

/**
 * The record with a stage for every layer inside a region of several, named `region/layer`. What is rigid never waits
 * inside; that a new event comes before the last one has left the region shows as spans that overlap.
 */
export function withRegionStages(network: Network, record: CycleRecord): CycleRecord {
  const inner = regionsOf(network).flatMap((region) => {
    const { circuit, steps } = region.schedule;
    const { read, beatsPerEvent } = record.channels.find(({ name }) => name === region.inputs[0])!;
    return circuit.stages.flatMap(({ name }, stage): StageRecord[] => {
      const nodes = circuit.nodes.filter((node) => node.stage === stage && isWork(node));
      if (nodes.length === 0) return [];
      const first = FIRST_STEP + Math.min(...nodes.map(({ id }) => steps[id]));
      const last =
        FIRST_STEP +
        Math.max(...nodes.map(({ id, beats, streamed }) => steps[id] + (streamed ? 0 : beats - 1)));
      const spans = Array.from({ length: Math.floor(read.length / beatsPerEvent) }, (_, event) => ({
        first: read[event * beatsPerEvent] + first,
        last: Math.min(read[(event + 1) * beatsPerEvent - 1] + last, record.cycles),
      }));
      return [{ name: `${region.name}/${name}`, layer: name, spans, waits: [] }];
    });
  });
  return { ...record, stages: [...record.stages, ...inner] };
}

/**
 * What each layer inside a region hands to later ones, for regions that take an event at a time: the values behind their
 * registers, from the cycle after the step that makes them.
 * @param values  of every channel, event by event
 */
export function regionSignals(
  network: Network,
  record: CycleRecord,
  values: readonly NetworkValues[],
): Signal[] {
  return regionsOf(network).flatMap((region) => {
    const probes = handedOn(region.schedule).map((probe) => ({ ...probe, step: probe.step + 1 }));
    const changes = nodeChanges(network, region, record, values, probes);
    return probes.flatMap(({ node, stage }, probe) =>
      (changes[probe] ?? []).map((own, element): Signal => ({
        path: [network.name, region.name, stage, `${node.label}_${node.id}[${element}]`],
        width: widthOf(node.range),
        changes: own,
      })),
    );
  });
}

/**
 * For each probe the changes of its node's elements, of beat b from step `step` + b on; none of regions that take an event in
 * other pieces than the Network does.
 */
export function nodeChanges(
  network: Network,
  region: Region,
  record: CycleRecord,
  values: readonly NetworkValues[],
  probes: readonly { readonly node: Node; readonly step: number }[],
): readonly (readonly (readonly Change[])[])[] {
  const input = record.channels.find(({ name }) => name === region.inputs[0])!;
  const { inputBeats } = region.schedule.circuit;
  if (input.beatsPerEvent !== inputBeats) return [];
  const changes = probes.map(({ node }) => Array.from({ length: sizeOf(node.shape) }, (): Change[] => []));
  const run = prepareRegion(network, region);
  values.forEach((event, index) => {
    if ((index + 1) * inputBeats > input.read.length) return;
    const results = run(event.get(region.inputs[0])!);
    probes.forEach(({ node, step }, probe) => {
      const size = sizeOf(node.shape);
      for (let beat = 0; beat < node.beats; beat++) {
        const [by, after] = node.streamed ? [beat, 0] : [inputBeats - 1, beat];
        const cycle = input.read[index * inputBeats + by] + FIRST_STEP + step + after;
        for (let element = 0; element < size; element++) {
          const value = results[node.id][beat * size + element];
          const before = changes[probe][element];
          if (before.at(-1)?.value !== value) before.push({ cycle, value });
        }
      }
    });
  });
  return changes;
}

function regionsOf({ units }: Network): Region[] {
  return units
    .filter((unit) => unit.kind === 'region')
    .filter(({ schedule }) => schedule.circuit.stages.length > 1);
}

interface Probe {
  readonly node: Node;
  readonly step: number;
  readonly stage: string;
}

/** Nodes that a later layer, or the region's output, reads. */
function handedOn({ circuit, steps }: Schedule): Probe[] {
  const users = usersOf(circuit);
  const outputs = new Set(circuit.outputs.map(({ node }) => node.id));
  return circuit.nodes
    .filter((node) => isWork(node))
    .filter(({ id, stage }) => outputs.has(id) || users[id].some((user) => user.stage !== stage))
    .map((node) => ({ node, step: steps[node.id], stage: circuit.stages[node.stage].name }));
}

function isWork({ op }: Node): boolean {
  return op.kind !== 'input' && op.kind !== 'constant';
}

function prepareRegion(network: Network, { inputs, schedule }: Region) {
  const { beat } = channelOf(network, inputs[0]);
  const run = prepareCircuit(schedule.circuit);
  return (x: Float64Array) => {
    if (schedule.circuit.inputBeats > 1) return run([x]);
    let from = 0;
    return run(beat.map(({ count }) => x.subarray(from, (from += count))));
  };
}

/** Raw integers that a channel carries, by beat and element. */
export function rawOf(network: Network, channel: string, values: readonly NetworkValues[]) {
  const { beat, beatsPerEvent } = channelOf(network, channel);
  const size = beatSize(beat);
  return (position: number, element: number): number => {
    const event = Math.floor(position / beatsPerEvent);
    return values[event].get(channel)![(position % beatsPerEvent) * size + element];
  };
}
