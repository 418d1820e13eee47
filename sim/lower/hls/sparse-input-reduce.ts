/** The loop that takes the kept pixels out of the image one by one, each by a tree of selections over all pixels. */
import { exactly } from '../../pipeline/index.ts';
import type { LayerOf, Tensor } from '../../model/index.ts';
import type { LayerLowering, Site } from './profile.ts';
import { type SelectionTree, selectionTree } from './selection-tree.ts';
import { aroundLoop } from './whole-event.ts';

/** One selection of W-bit values, ns. Read off csynth's estimated clocks: three levels take 3.039, 3.084, 3.252 ns at 8, 10, 16 bits. */
export function selectionNs(bits: number): number {
  return 0.944 + 0.0087 * bits;
}

/** What the loop's counter and exit test take of the first cycle, ns. Three bits fit beside a full cycle of 8-bit levels. */
function counterNs(trips: number): number {
  return 0.2 * Math.ceil(Math.log2(trips + 1));
}

export function selectionTreeOf(image: Tensor, slots: number, budgetNs: number): SelectionTree {
  const [height, width] = image.shape as [number, number];
  const levelNs = selectionNs(image.type.width);
  const levelsPerCycle = Math.max(1, Math.floor(budgetNs / levelNs));
  const fullFirstCycle = levelsPerCycle * levelNs + counterNs(slots) <= budgetNs;
  return selectionTree(height * width, { levelsPerCycle, fullFirstCycle });
}

/**
 * The loop leaves one cycle late where its registers feed a process and are picked by a decoder with holes: a number
 * of slots above 8 that is no power of two (12 and 20 do, 8 and 16 do not, nor does any without a reader).
 */
function lateExit(slots: number, { isRead }: Site, features: string): number {
  return isRead(features) && slots > 8 && !Number.isInteger(Math.log2(slots)) ? 1 : 0;
}

export const lowerSparseInputReduce: LayerLowering<LayerOf<'sparse-input-reduce'>> = (layer, site) => {
  const image = site.model.tensors[layer.inputs[0]];
  const features = layer.outputs[0];
  const slots = site.model.tensors[features].shape[0];
  const tree = selectionTreeOf(image, slots, site.budgetNs);
  const late = lateExit(slots, site, features);
  const loop = {
    kind: 'pipelined-loop',
    name: 'MaxPixelsLoop',
    trips: [exactly(slots)],
    interval: tree.interval,
    iterationCycles: tree.iterationCycles,
    accesses: [],
  } as const;
  return {
    schedule: aroundLoop(site, loop, 0, 1 + late),
    derivation:
      `${slots} trips x II ${tree.interval} + ${tree.iterationCycles - tree.interval + 1 + late}: ` +
      `II from a selection tree of depth ${tree.depth} over ${image.shape[0] * image.shape[1]} pixels` +
      (late > 0 ? '; the last slot is decoded one cycle late' : ''),
    extrapolated: (image.shape[2] ?? 1) > 1 ? ['more than one input channel'] : [],
  };
};
