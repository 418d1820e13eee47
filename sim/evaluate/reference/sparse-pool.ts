import type { Extent } from '../../model/layer-kind.ts';
import type { TypedValues } from './kernel.ts';

/**
 * Coordinates of each slot's pooling cell, numbered from 1. A slot without a pixel, at (0, 0), stays there, as does one
 * beyond `limit`.
 */
export function pooledCoordinates(coordinates: TypedValues, pool: number, limit?: Extent): bigint[] {
  const cellOf = (place: bigint) => (place === 0n ? 0n : (place - 1n) / BigInt(pool) + 1n);
  const pooled = coordinates.raw.map(cellOf);
  if (!limit) return pooled;
  for (let at = 0; at < pooled.length; at += 2) {
    if (pooled[at] > limit[0] || pooled[at + 1] > limit[1]) pooled[at] = pooled[at + 1] = 0n;
  }
  return pooled;
}

/** For each slot the slots of its cell in order, if it is the first of them; undefined for later ones and for (0, 0). */
export function cells(pooled: readonly bigint[]): (number[] | undefined)[] {
  const bySlot: (number[] | undefined)[] = [];
  const byCell = new Map<string, number[]>();
  for (let slot = 0; 2 * slot < pooled.length; slot++) {
    bySlot[slot] = undefined;
    if (pooled[2 * slot] === 0n) continue;
    const cell = `${pooled[2 * slot]},${pooled[2 * slot + 1]}`;
    const members = byCell.get(cell);
    if (members) members.push(slot);
    else byCell.set(cell, (bySlot[slot] = [slot]));
  }
  return bySlot;
}

/** The cells' coordinates as they leave the layer: those of later slots too, or (0, 0), by dialect. */
export function leaving(
  pooled: readonly bigint[],
  members: readonly (readonly number[] | undefined)[],
  dialect: string,
): bigint[] {
  if (dialect !== 'sparsepixels-0.3.2') return [...pooled];
  return pooled.map((place, at) => (members[at >> 1] ? place : 0n));
}
