/**
 * The nets of our hardware over time, under the names that they have in its Verilog: for switching activity.
 *
 * Of every channel the handshake and the data (0 while a FIFO is empty), of every region that takes an event at a time what
 * a layer hands to later ones. A top of one region has its channels as ports.
 */
import {
  copyAt,
  holdsOf,
  identifier,
  type Node,
  readingOf,
  readyStep,
  type Schedule,
  vectorName,
  widthOf,
} from '../pipeline/circuit/index.ts';
import { type Network, type NetworkChannel, type Region } from '../pipeline/network/index.ts';
import type { NetworkValues } from './network-values.ts';
import type { CycleRecord } from './record.ts';
import { nodeChanges, rawOf } from './region-stages.ts';
import { occupancySteps } from './statistics.ts';
import { type Change, type ChannelValues, type Signal, signalsOf } from './waveform.ts';

/** @param values  of every channel, event by event */
export function networkNets(
  network: Network,
  record: CycleRecord,
  values: readonly NetworkValues[],
): Signal[] {
  const top = identifier(network.name);
  const [only] = network.units;
  const isRegion = network.units.length === 1 && only.kind === 'region';
  const regions = network.units.filter((unit) => unit.kind === 'region');
  return [
    ...network.channels.flatMap((channel) => channelNets(network, record, values, channel, isRegion)),
    ...regions.flatMap((region) => {
      const scope = isRegion ? [top] : [top, `u_${identifier(region.name)}`];
      return regionNets(network, region, record, values, scope);
    }),
  ];
}

function channelNets(
  network: Network,
  record: CycleRecord,
  values: readonly NetworkValues[],
  { name, beat, kind, from }: NetworkChannel,
  isRegion: boolean,
): Signal[] {
  const top = identifier(network.name);
  const port = name === network.input ? 'in' : isRegion ? 'out' : undefined;
  const base = port ?? `c_${identifier(name)}`;
  const own = record.channels.find((channel) => channel.name === name)!;
  const elements = beat.flatMap(({ count, range }) =>
    Array.from({ length: count }, () => ({ width: widthOf(range), fractionBits: null })),
  );
  const shown: ChannelValues = { elements, raw: rawOf(network, name, values) };
  const signals = signalsOf({ ...record, channels: [own], stages: [] }, { values: new Map([[name, shown]]) });
  const under = (last: string) => signals.find(({ path }) => path.at(-1) === last)!;
  const nets: Signal[] = [{ ...under('valid'), path: [top, `${base}_valid`] }];
  const writer = network.units.find((unit) => unit.name === from);
  if (kind === 'fifo' && writer?.kind !== 'region')
    nets.push({ ...under('ready'), path: [top, `w_${identifier(name)}_ready`] });
  // The result of a top of one region is as wide as the types of its tensors, which the Network does not know.
  if (port === 'out') return nets;
  let low = 0;
  elements.forEach(({ width }, element) => {
    const raw = under(`raw[${element}]`);
    const changes = kind === 'fifo' ? whileHeld(raw.changes, occupancySteps(own)) : raw.changes;
    nets.push({ path: [top, `${base}_data`], width, low, changes });
    low += width;
  });
  return nets;
}

/** The value while there are beats, else 0. */
function whileHeld(
  changes: readonly Change[],
  steps: readonly { readonly cycle: number; readonly beats: number }[],
): Change[] {
  const kept: Change[] = [];
  let [at, value] = [0, 0 as number | bigint];
  let [step, beats] = [0, 0];
  const cycles = [...new Set([0, ...[...changes, ...steps].map((each) => each.cycle)])].sort((a, b) => a - b);
  for (const cycle of cycles) {
    while (at < changes.length && changes[at].cycle <= cycle) value = changes[at++].value;
    while (step < steps.length && steps[step].cycle <= cycle) beats = steps[step++].beats;
    const next = beats > 0 ? value : 0;
    if (kept.at(-1)?.value !== next) kept.push({ cycle, value: next });
  }
  return kept;
}

function regionNets(
  network: Network,
  region: Region,
  record: CycleRecord,
  values: readonly NetworkValues[],
  scope: readonly string[],
): Signal[] {
  const shown = handedOn(region.schedule);
  const changes = nodeChanges(network, region, record, values, shown);
  return shown.flatMap(({ node, name }, index) =>
    (changes[index] ?? []).map((own, element): Signal => ({
      path: [...scope, name],
      width: widthOf(node.range),
      low: element * widthOf(node.range),
      changes: own,
    })),
  );
}

/** The first vector of each node that a later layer, or the region's output, reads, and the step in which it shows the value. */
function handedOn(schedule: Schedule): { node: Node; step: number; name: string }[] {
  const { circuit, steps, lastStep } = schedule;
  const holds = holdsOf(schedule);
  const first = new Map<Node, number>();
  const reads = (node: Node, copy: number) => first.set(node, Math.min(copy, first.get(node) ?? Infinity));
  for (const reader of circuit.nodes)
    for (const { node } of reader.operands)
      if (node.stage !== reader.stage && node.op.kind !== 'constant' && node.op.kind !== 'input')
        reads(node, copyAt(holds[node.id], readingOf(reader, node, steps[reader.id]), circuit.interval));
  for (const { node } of circuit.outputs)
    reads(node, copyAt(holds[node.id], { from: lastStep, to: lastStep }, circuit.interval));
  return [...first].map(([node, copy]) => ({
    node,
    step: copy < 0 ? readyStep(node, steps[node.id]) : holds[node.id].loads[copy] + 1,
    name: vectorName(holds[node.id], copy),
  }));
}
