/** The loop that puts kept features at their place in the dense vector, four slots a trip. */
import { exactly } from '../../pipeline/index.ts';
import type { LayerOf } from '../../model/index.ts';
import type { LayerLowering, Site } from './profile.ts';
import { aroundLoop } from './whole-event.ts';

/** Unroll factor of the kernel's loop. */
export const FLATTEN_UNROLL = 4;

/**
 * Cycles of one trip: with one channel the place is a product and a sum of its own cycle, and coordinates that no pooling
 * has narrowed take one more; with several channels HLS chains all of it (and reports a clock that it misses).
 */
export function flattenTripCycles({ model }: Pick<Site, 'model'>, layer: LayerOf<'sparse-flatten'>): number {
  const channels = model.tensors[layer.inputs[0]].shape[1];
  const pooled = model.layers.some(
    ({ kind, outputs }) => kind.endsWith('pool2d') && outputs.includes(layer.inputs[1]),
  );
  return channels > 1 ? 2 : pooled ? 3 : 4;
}

export const lowerSparseFlatten: LayerLowering<LayerOf<'sparse-flatten'>> = (layer, site) => {
  const [slots, channels] = site.model.tensors[layer.inputs[0]].shape as [number, number];
  const trips = Math.ceil(slots / FLATTEN_UNROLL);
  const tripCycles = flattenTripCycles(site, layer);
  const loop = {
    kind: 'pipelined-loop',
    name: 'FillFlatArr',
    trips: [exactly(trips)],
    interval: 1,
    iterationCycles: tripCycles,
    accesses: [],
  } as const;
  return {
    schedule: aroundLoop(site, loop, 0, 1),
    derivation: `${slots} slots / ${FLATTEN_UNROLL} = ${trips} trips x II 1 + ${tripCycles}`,
    extrapolated: channels !== 1 && channels !== 3 ? [`flattening ${channels} channels`] : [],
  };
};
