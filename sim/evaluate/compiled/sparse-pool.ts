import type { Layer } from '../../model/index.ts';
import type { Buffers } from './kernel.ts';

/**
 * The walk that both sparse poolings share: pooled coordinates, and for every first slot of a cell a call of
 * `combine(slot, channel, members)`, where members[slot] is the next slot of the same cell or -1. Later slots get 0, in
 * the package's dialect their coordinates too.
 */
export function makeSparsePool(
  { pool, cells, dialect }: Extract<Layer, { pool: number }>,
  { inputs, outputs }: Buffers,
  combine: (slot: number, channel: number, next: Int32Array) => number,
): () => void {
  const [slots, channels] = inputs[0].shape as [number, number];
  const places = inputs[1].raw;
  const [out, pooled] = [outputs[0].raw, outputs[1].raw];
  const next = new Int32Array(slots);
  const first = new Uint8Array(slots);
  const isPackage = dialect === 'sparsepixels-0.3.2';
  const [rows, columns] = cells ?? [Infinity, Infinity];

  return () => {
    for (let at = 0; at < places.length; at++)
      pooled[at] = places[at] === 0 ? 0 : Math.trunc((places[at] - 1) / pool) + 1;
    for (let at = 0; isPackage && at < places.length; at += 2) {
      if (pooled[at] > rows || pooled[at + 1] > columns) pooled[at] = pooled[at + 1] = 0;
    }
    for (let slot = 0; slot < slots; slot++) {
      next[slot] = -1;
      first[slot] = pooled[2 * slot] === 0 ? 0 : 1;
      if (first[slot] === 0) continue;
      for (let before = slot - 1; before >= 0; before--) {
        if (pooled[2 * before] === pooled[2 * slot] && pooled[2 * before + 1] === pooled[2 * slot + 1]) {
          next[before] = slot;
          first[slot] = 0;
          break;
        }
      }
    }
    for (let slot = 0; slot < slots; slot++) {
      for (let channel = 0; channel < channels; channel++) {
        out[slot * channels + channel] = first[slot] === 1 ? combine(slot, channel, next) : 0;
      }
      if (isPackage && first[slot] === 0) pooled[2 * slot] = pooled[2 * slot + 1] = 0;
    }
  };
}
