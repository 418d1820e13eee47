/**
 * A stage's schedule for one event as a list of steps of the stage's own clock, which stands still while the stage waits.
 *
 * A step holds the accesses that fall into one cycle of one straight piece, or of one pipelined loop: the iterations of a
 * loop that overlap move on together or not at all. Pieces that follow one another keep their order.
 */
import type { Range } from './range.ts';
import { type Access, type Schedule, type Selection, type Step } from './schedule.ts';

export interface TokenProgram {
  /** Cycle of the stage's clock of each step, ascending. */
  readonly at: Int32Array;
  /** What each step moves: index into `sets`. */
  readonly set: Int32Array;
  readonly sets: readonly (readonly TokenMove[])[];
  /** Cycles of the stage's clock from the event's start to its end. */
  readonly cycles: number;
}

export interface TokenMove {
  /** Index of the channel. */
  readonly channel: number;
  readonly isRead: boolean;
  /** Moves of the same step on the same side of the channel that go before it. */
  readonly ahead: number;
}

/** The number that an event takes of a range that depends on its data. `loop`: its name, or null for a straight piece. */
export type Choose = (range: Range, loop: string | null) => number;

/** @param channelIndex  index by channel name */
export function tokenProgram(
  schedule: Schedule,
  channelIndex: ReadonlyMap<string, number>,
  choose: Choose,
): TokenProgram {
  const at: number[] = [];
  const set: number[] = [];
  const sets: TokenMove[][] = [];
  /** Where in `sets` the sets of a piece's accesses stand, by their bits. */
  const positions = new Map<readonly Access[], Map<bigint | number, number>>();

  /** Appends a piece that starts at `base`, iterations every `interval` cycles of which each access picks its own. */
  const append = (accesses: readonly Access[], base: number, interval: number, trips: readonly number[]) => {
    const total = trips.reduce((product, n) => product * n, 1);
    const last = Math.max(-1, ...accesses.map(({ cycle }) => cycle));
    if (total === 0 || last < 0) return;
    // The accesses of a cycle as a set of bits.
    const due = new Array<bigint | number>((total - 1) * interval + last + 1).fill(0);
    const small = accesses.length <= 52;
    accesses.forEach((access, index) => {
      const bit = small ? 2 ** index : 1n << BigInt(index);
      const happens = selector(access, trips);
      for (let trip = 0; trip < total; trip++) {
        if (!happens(trip)) continue;
        const cycle = trip * interval + access.cycle;
        due[cycle] = small ? (due[cycle] as number) + (bit as number) : BigInt(due[cycle]) | (bit as bigint);
      }
    });
    const known = positions.get(accesses) ?? new Map<bigint | number, number>();
    positions.set(accesses, known);
    due.forEach((bits, cycle) => {
      if (!bits) return;
      let position = known.get(bits);
      if (position === undefined) {
        position = sets.length;
        known.set(bits, position);
        sets.push(
          movesOf(
            accesses.filter((_, index) => (BigInt(bits) >> BigInt(index)) & 1n),
            channelIndex,
          ),
        );
      }
      at.push(base + cycle);
      set.push(position);
    });
  };

  /** Appends the steps from `base` on; returns the cycle in which they end. */
  const run = (steps: readonly Step[], base: number): number => {
    for (const step of steps) {
      switch (step.kind) {
        case 'straight': {
          append(step.accesses, base, 1, [1]);
          base += choose(step.cycles, null);
          break;
        }
        case 'pipelined-loop': {
          const trips = step.trips.map((range) => choose(range, step.name));
          const total = trips.reduce((product, n) => product * n, 1);
          append(step.accesses, base, step.interval, trips);
          if (total > 0) base += (total - 1) * step.interval + step.iterationCycles;
          break;
        }
        case 'sequential-loop': {
          const trips = choose(step.trips, step.name);
          for (let trip = 0; trip < trips; trip++) base = run(step.steps, base) + step.controlCycles;
          break;
        }
        default:
          return step satisfies never;
      }
    }
    return base;
  };
  const cycles = run(schedule.steps, 0);
  return { at: Int32Array.from(at), set: Int32Array.from(set), sets, cycles };
}

/** Whether an access happens in an iteration of a nest, counted through. */
function selector({ when }: Access, trips: readonly number[]): (iteration: number) => boolean {
  if (when === undefined) return () => true;
  return (iteration) => {
    let rest = iteration;
    for (let level = trips.length - 1; level >= 0; level--) {
      if (level < when.length && !isSelected(when[level], rest % trips[level])) return false;
      rest = Math.floor(rest / trips[level]);
    }
    return true;
  };
}

function isSelected({ first, step }: Selection, index: number): boolean {
  return index >= first && (index - first) % step === 0;
}

function movesOf(accesses: readonly Access[], channelIndex: ReadonlyMap<string, number>): TokenMove[] {
  return accesses.map(({ channel, direction }, place) => ({
    channel: channelIndex.get(channel)!,
    isRead: direction === 'read',
    ahead: accesses
      .slice(0, place)
      .filter((other) => other.channel === channel && other.direction === direction).length,
  }));
}
