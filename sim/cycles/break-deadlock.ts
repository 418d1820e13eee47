/** The smallest change of depths with which a design that stands still runs to its end. */
import { smallest } from './bisect.ts';
import type { Depths } from './pipeline.ts';
import type { Resizable } from './resizable.ts';

export interface DepthChange {
  readonly channel: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Fewest bits in one channel if one will do; else several channels, none of which could do with a beat less. Found by
 * simulation; with more room nothing happens later, so each depth can be bisected. Empty if nothing stands still.
 * @throws RangeError if no depths help
 */
export function breakDeadlock({ name: design, fifos, run }: Resizable): readonly DepthChange[] {
  const ends = (depths: Depths) => run(depths).deadlock === null;
  const { deadlock } = run(new Map());
  if (deadlock === null) return [];

  const sizes = new Map(fifos.map((fifo) => [fifo.name, fifo]));
  const unlimited = new Map(fifos.map(({ name }) => [name, Infinity]));
  const enough = run(unlimited);
  if (enough.deadlock !== null) throw new RangeError(`no depths let '${design}' end`);
  const roomFor = (name: string) =>
    Math.max(
      sizes.get(name)!.depth,
      enough.channels.find((channel) => channel.name === name)!.written.length,
    );

  const alone = deadlock.waitFor
    .filter((wait) => wait.for === 'room' && sizes.has(wait.channel))
    .flatMap(({ channel }): DepthChange[] => {
      const [from, most] = [sizes.get(channel)!.depth, roomFor(channel)];
      if (!ends(new Map([[channel, most]]))) return [];
      const to = smallest(from + 1, most, (depth) => ends(new Map([[channel, depth]])));
      return [{ channel, from, to }];
    });
  const bits = ({ channel, from, to }: DepthChange) => (to - from) * sizes.get(channel)!.beatBits;
  if (alone.length > 0) return [alone.reduce((best, other) => (bits(other) < bits(best) ? other : best))];

  const changes = new Map(fifos.map(({ name }) => [name, roomFor(name)]));
  for (const { name, depth } of fifos) {
    const to = smallest(depth, changes.get(name)!, (each) => ends(new Map([...changes, [name, each]])));
    changes.set(name, to);
  }
  return fifos.flatMap(({ name, depth }) => {
    const to = changes.get(name)!;
    return to > depth ? [{ channel: name, from: depth, to }] : [];
  });
}
