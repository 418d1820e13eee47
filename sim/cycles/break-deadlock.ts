/** The smallest change of depths with which a Pipeline that stands still runs to its end. */
import type { Pipeline } from '../pipeline/index.ts';
import { smallest } from './bisect.ts';
import { type Depths, type PipelineTraffic, recordOf, tokenSimulator } from './pipeline.ts';

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
export function breakDeadlock(
  pipeline: Pipeline,
  traffic: PipelineTraffic,
  given?: Depths,
): readonly DepthChange[] {
  const simulator = tokenSimulator(pipeline, traffic);
  const depthOf = (name: string) =>
    given?.get(name) ?? pipeline.channels.find((channel) => channel.name === name)!.depth;
  const ends = (changes: Depths) =>
    simulator.run({ depths: new Map([...(given ?? []), ...changes]), waits: false }).stuck.length === 0;
  const first = simulator.run({ depths: given ?? new Map() });
  const { deadlock } = recordOf(pipeline, first, traffic.events, given);
  if (deadlock === null) return [];

  const inner = pipeline.channels.filter(({ from, to }) => from !== null && to !== null);
  const roomFor = (name: string) =>
    Math.max(depthOf(name), inner.find((channel) => channel.name === name)!.beatsPerEvent * traffic.events);
  const alone = deadlock.waitFor
    .filter((wait) => wait.for === 'room')
    .flatMap(({ channel }): DepthChange[] => {
      const [from, most] = [depthOf(channel), roomFor(channel)];
      if (!ends(new Map([[channel, most]]))) return [];
      const to = smallest(from + 1, most, (depth) => ends(new Map([[channel, depth]])));
      return [{ channel, from, to }];
    });
  const bits = ({ channel, from, to }: DepthChange) => {
    const { beat } = inner.find(({ name }) => name === channel)!;
    return (to - from) * beat.elements * beat.bits;
  };
  if (alone.length > 0) return [alone.reduce((best, other) => (bits(other) < bits(best) ? other : best))];

  const changes = new Map(inner.map(({ name }) => [name, roomFor(name)]));
  if (!ends(changes)) throw new RangeError(`no depths let pipeline '${pipeline.name}' end`);
  for (const { name } of inner) {
    const to = smallest(depthOf(name), changes.get(name)!, (depth) =>
      ends(new Map([...changes, [name, depth]])),
    );
    changes.set(name, to);
  }
  return [...changes]
    .filter(([name, to]) => to > depthOf(name))
    .map(([channel, to]) => ({ channel, from: depthOf(channel), to }));
}
