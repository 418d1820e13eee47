import type { TypedValues } from './kernel.ts';

/** Coordinates of each slot's pooling cell, numbered from 1. */
export function pooledCoordinates(coordinates: TypedValues, pool: number): bigint[] {
  return coordinates.raw.map((place) => (place - 1n) / BigInt(pool) + 1n);
}

/** For each slot the slots of its cell in order, if it is the first of them; undefined for later ones. */
export function cells(pooled: readonly bigint[]): (number[] | undefined)[] {
  const bySlot: (number[] | undefined)[] = [];
  const byCell = new Map<string, number[]>();
  for (let slot = 0; 2 * slot < pooled.length; slot++) {
    const cell = `${pooled[2 * slot]},${pooled[2 * slot + 1]}`;
    const members = byCell.get(cell);
    if (members) members.push(slot);
    else byCell.set(cell, (bySlot[slot] = [slot]));
    bySlot[slot] ??= undefined;
  }
  return bySlot;
}
