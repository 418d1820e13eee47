/** Joins every reader of a tensor to its writer: through a process that copies a stream, by wires of their own otherwise. */
import type { Mapping } from '../../../model/index.ts';
import { type Channel, exactly, type Stage } from '../../../pipeline/index.ts';

/** A process that copies, and the layer behind which it stands; null for copies of the design's input. */
export interface Copy {
  readonly copy: Stage;
  readonly writer: string | null;
}

/** hls4ml's `clone_stream`: a loop that takes a beat and gives it to each reader, II 1. */
const COPY_CYCLES = 2;

/** @param channels  from reader to reader, named `tensor` and `tensor@reader` */
export function fanOut(
  channels: readonly Channel[],
  io: Mapping['io'],
): { readonly channels: readonly Channel[]; readonly copies: readonly Copy[] } {
  const copies: Copy[] = [];
  const joined = channels.flatMap((channel): Channel[] => {
    if (channel.name.includes('@')) return [];
    const others = channels.filter(({ name }) => name.startsWith(`${channel.name}@`));
    if (others.length === 0) return [channel];
    const { from } = channel;
    const handoffCycles = channel.handoffCycles;
    if (io === 'parallel') return [channel, ...others.map((other) => ({ ...other, from, handoffCycles }))];
    const name = `copies of ${channel.name}`;
    const readers = [{ ...channel, name: `${channel.name}@${channel.to}` }, ...others];
    const outputs = readers.map((reader) => ({ ...reader, from: name }));
    copies.push({ writer: from, copy: copyStage(name, channel, outputs) });
    return [{ ...channel, to: name }, ...outputs];
  });
  return { channels: joined, copies };
}

function copyStage(name: string, from: Channel, to: readonly Channel[]): Stage {
  return {
    name,
    layer: null,
    schedule: {
      interval: null,
      steps: [
        {
          kind: 'pipelined-loop',
          name: 'CloneLoop',
          trips: [exactly(from.beatsPerEvent)],
          interval: 1,
          iterationCycles: COPY_CYCLES,
          accesses: [
            { channel: from.name, direction: 'read', cycle: 0 },
            ...to.map(
              (each) => ({ channel: each.name, direction: 'write', cycle: COPY_CYCLES - 1 }) as const,
            ),
          ],
        },
      ],
    },
    derivation: `${from.beatsPerEvent} beats x II 1, copied for ${to.length} readers`,
    extrapolated: [],
  };
}
