/** Our hardware as a design whose FIFO depths are to be chosen. */
import { widthOf } from '../pipeline/circuit/index.ts';
import type { Network } from '../pipeline/network/index.ts';
import { simulateTiming } from './network.ts';
import type { Depths } from './pipeline.ts';
import type { ChannelRecord } from './record.ts';
import { joinsStages, type Resizable } from './resizable.ts';

/** Back-to-back events. */
export function resizableNetwork(network: Network, events: number): Resizable {
  const run = (depths: Depths) => {
    const channels = network.channels.map((channel) => ({
      ...channel,
      depth: depths.get(channel.name) ?? channel.depth,
    }));
    return simulateTiming({ ...network, channels }, events);
  };
  return {
    name: network.name,
    fifos: network.channels.filter(joinsStages).map(({ name, depth, beat }) => ({
      name,
      depth,
      beatBits: beat.reduce((bits, { count, range }) => bits + count * widthOf(range), 0),
    })),
    run,
    leavesBy: (depths, reference) => {
      const record = run(depths);
      return (
        record.deadlock === null &&
        record.channels.every((channel, index) => isInTime(channel, reference.channels[index]))
      );
    },
  };
}

function isInTime({ to, read }: ChannelRecord, reference: ChannelRecord): boolean {
  return to !== null || read.every((cycle, beat) => cycle <= reference.read[beat]);
}
