/**
 * Depths of the FIFOs before joins, so that no branch ever makes another wait.
 *
 * At full rate a join takes beat k in cycle J(k), the latest at which any of its branches has it (arrivals.ts). Beat j of a
 * branch needs room from cycle w(j) on: one cycle before it can be read, or, behind a region, when the region accepts it and
 * sets a credit aside. It meets the beats before it that the join has not taken before that cycle, also those of events
 * before, so that
 *
 *     depth = 1 + max over j of the number of k < j with J(k) >= w(j)
 *
 * is enough: then no unit ever waits for room, and every beat leaves as it would with room without end. A branch beside a
 * 3 x 3 window with padding on an image of width W so holds W + 1 beats and those under way in the window and its region.
 *
 * Nor can the Network stand still at any other pace: how many beats a unit must have taken before it gives one does not
 * depend on when they come (units are Kahn processes, and a window that finds no next event drains by itself), so whether
 * bounded FIFOs block for good depends on their depths alone, and at full rate these do not.
 * Source: G. Kahn, "The semantics of a simple language for parallel programming", IFIP 1974; T. M. Parks, "Bounded scheduling of
 * process networks", 1995.
 */
import { channelOf, type Network, verifyNetwork } from '../../../pipeline/network/index.ts';
import { arrivalsOf } from './arrivals.ts';

/** The same Network with no FIFO less deep, and those before joins as deep as they need to be. */
export function withJoinDepths(network: Network): Network {
  const joins = network.units.filter(({ kind }) => kind === 'join');
  if (joins.length === 0) return network;
  const { period, readable } = arrivalsOf(network);
  const depths = new Map<string, number>();
  for (const join of joins) {
    const branches = join.inputs.map((name) => readable.get(name)!);
    const taken = branches[0].map((_, beat) => Math.max(...branches.map((cycles) => cycles[beat])));
    join.inputs.forEach((name, index) => {
      const wanted = branches[index].map((cycle) => cycle - reservation(network, name));
      depths.set(name, 1 + mostHeld(wanted, taken, period));
    });
  }
  const channels = network.channels.map((channel) => ({
    ...channel,
    depth: Math.max(channel.depth, depths.get(channel.name) ?? 0),
  }));
  const deepened = { ...network, channels };
  verifyNetwork(deepened);
  return deepened;
}

/** Cycles that a beat has room in the FIFO before it can be read. */
function reservation(network: Network, channel: string): number {
  const { from } = channelOf(network, channel);
  const writer = network.units.find(({ name }) => name === from);
  return writer?.kind === 'region' ? writer.schedule.latencyCycles : 1;
}

/** Over the beats of an event, most of those before, of any event, that are not taken before the beat wants room. */
function mostHeld(wanted: Float64Array, taken: Float64Array, period: number): number {
  const beats = taken.length;
  const events = Math.max(0, Math.ceil((taken[beats - 1] - wanted[0]) / period));
  const takenAt = (beat: number) => {
    const event = Math.floor(beat / beats);
    return taken[beat - event * beats] + event * period;
  };
  let [first, most] = [-events * beats, 0];
  for (let beat = 0; beat < beats; beat++) {
    while (first < beat && takenAt(first) < wanted[beat]) first += 1;
    most = Math.max(most, beat - first);
  }
  return most;
}
