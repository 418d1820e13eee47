/**
 * All populations of one output between rounds: what they exchange, and the best of each complexity so far.
 *
 * Everything here happens in the order of the populations, so that results do not depend on who computed them.
 */
import { MemberStore, type StoreShape } from './member-store.ts';
import { Random } from './random.ts';
import type { Settings } from './settings.ts';

/** Tags of random streams, so that no two uses share one. */
export const streams = { evolution: 0, migration: 1 } as const;

export interface Archipelago {
  readonly populations: MemberStore[];
  /** Slot c: the best candidate of complexity c. */
  hall: MemberStore;
}

export function newArchipelago(shape: StoreShape, settings: Settings): Archipelago {
  return {
    populations: Array.from({ length: settings.populations }, () => new MemberStore(shape)),
    hall: new MemberStore({ ...shape, capacity: settings.maxsize + 1 }),
  };
}

/** Takes the better entries of another hall over. @returns whether any was better */
export function mergeHalls(hall: MemberStore, other: MemberStore): boolean {
  let isImproved = false;
  for (let slot = 0; slot < hall.shape.capacity; slot++) {
    if (!(other.rank[slot] < hall.rank[slot])) continue;
    hall.copy(slot, other, slot);
    isImproved = true;
  }
  return isImproved;
}

/** Slots of the hall that beat every simpler entry, by rising complexity. */
export function paretoSlots(hall: MemberStore): number[] {
  let best = Infinity;
  const slots: number[] = [];
  for (let slot = 0; slot < hall.shape.capacity; slot++) {
    if (!(hall.rank[slot] < best)) continue;
    best = hall.rank[slot];
    slots.push(slot);
  }
  return slots;
}

/** Members move: from the best of all populations, and from the front, into random places. */
export function migrate(
  islands: Archipelago,
  settings: Settings,
  maxsize: number,
  keys: readonly number[],
): void {
  const { populations, hall } = islands;
  const emigrants = settings.migration ? bestMembers(populations, settings.topn) : undefined;
  const all = settings.hallOfFameMigration ? paretoSlots(hall) : [];
  populations.forEach((population, index) => {
    const random = new Random(...keys, index, streams.migration);
    const { capacity } = population.shape;
    const settle = (source: MemberStore, from: number): void => {
      if (source.complexity[from] > maxsize) return;
      const slot = random.integer(capacity);
      population.copy(slot, source, from);
      population.birth[slot] = newest(population) + 1;
    };
    if (emigrants !== undefined && emigrants.length > 0) {
      for (let left = poisson(settings.fractionReplaced * capacity, random); left > 0; left--) {
        const { source, slot } = emigrants[random.integer(emigrants.length)];
        if (source !== index) settle(populations[source], slot);
      }
    }
    const front = all.filter((slot) => slot <= maxsize);
    if (front.length > 0) {
      for (let left = poisson(settings.fractionReplacedHallOfFame * capacity, random); left > 0; left--) {
        settle(hall, front[random.integer(front.length)]);
      }
    }
  });
}

function newest({ birth }: MemberStore): number {
  return birth.reduce((latest, value) => Math.max(latest, value), 0);
}

function bestMembers(populations: readonly MemberStore[], topn: number): { source: number; slot: number }[] {
  return populations.flatMap((population, source) =>
    Array.from(population.cost, (cost, slot) => ({ source, slot, cost }))
      .filter(({ cost }) => cost < Infinity)
      .sort((a, b) => a.cost - b.cost || a.slot - b.slot)
      .slice(0, topn),
  );
}

/** A Poisson number by multiplication of uniforms (Knuth); means here are small. */
function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-Math.min(mean, 500));
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++;
  return count;
}
