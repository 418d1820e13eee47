/**
 * What lies between layers that hand whole tensors on, io_parallel.
 *
 * hls4ml pipelines the top function, all layers inside it, unless a layer is a loop of its own (convolutions, strategy
 * resource), which makes the top a dataflow region. In the pipelined top the reports show a cycle between any two layers
 * and, where an event is taken every cycle, one more behind every dense layer: 24 of 24 designs of four networks.
 */
import { choicesFor, type Mapping, type Model } from '../../../model/index.ts';
import { type Channel, intervalOf, type Stage } from '../../../pipeline/index.ts';

/** Layers that are wires, or logic between two registers. */
const WIRES = ['reshape', 'transpose', 'concatenate'];

export function isPipelinedTop(mapping: Mapping, stages: readonly Stage[]): boolean {
  return stages.every(({ name, schedule }) => {
    const { strategy, reuseFactor } = choicesFor(mapping, name);
    return schedule.interval !== null && (strategy === 'latency' || reuseFactor === 1);
  });
}

export function joinWhole(
  model: Model,
  mapping: Mapping,
  stages: readonly Stage[],
  channels: readonly Channel[],
): Channel[] {
  const pipelined = isPipelinedTop(mapping, stages);
  const everyCycle = pipelined && stages.every(({ schedule }) => intervalOf(schedule).max === 1);
  return channels.map((channel) => {
    const kind = model.layers.find(({ name }) => name === channel.from)?.kind;
    if (kind === undefined) return channel;
    if (WIRES.includes(kind)) return { ...channel, handoffCycles: 0 };
    if (channel.to === null) return channel;
    if (!pipelined) return { ...channel, handoffCycles: kind === 'relu' ? 0 : 1 };
    return { ...channel, kind: 'register', handoffCycles: everyCycle && kind === 'dense' ? 2 : 1 };
  });
}
