/**
 * Sparse pooling: for every slot, the sum (or maximum) over the slots of its cell. Each taken slot is cleared for the next,
 * so the N steps are a chain whether or not the sum saturates.
 */
import type { LayerOf } from '../../model/index.ts';
import { recodedDigits } from './recoded-digits.ts';
import type { LayerLowering, Site } from './profile.ts';
import { isChain } from './sparse-conv2d.ts';
import { wholeEvent } from './whole-event.ts';

/** One step of the chain, ns: three fit 3.65 ns. */
const STEP_NS = 1.2166;

export const lowerSparseAveragePool2d: LayerLowering<LayerOf<'sparse-average-pool2d'>> = (layer, site) => {
  const slots = site.model.tensors[layer.inputs[0]].shape[0];
  const extra: [steps: number, why: string][] = [];
  if (isChain(layer.accumulator)) {
    extra.push([1, 'rounding and saturation']);
    if (site.channelBits(layer.inputs[1]) > 8) extra.push([2, 'comparing pooled coordinates']);
    const multiplies = recodedDigits(layer.reciprocal.raw) > 2;
    if (multiplies) {
      const inLuts = layer.accumulator.width <= 8;
      extra.push([inLuts ? 4 : 7, `dividing by ${layer.pool} in ${inLuts ? 'LUTs' : 'DSPs'}`]);
    }
  }
  return chain(site, slots, extra, layer.pool > 7 ? [`a pool of ${layer.pool}`] : []);
};

export const lowerSparseMaxPool2d: LayerLowering<LayerOf<'sparse-max-pool2d'>> = (layer, site) =>
  chain(site, site.model.tensors[layer.inputs[0]].shape[0], [], ['maximum pooling, which no report shows']);

function chain(site: Site, slots: number, extra: readonly [number, string][], extrapolated: string[]) {
  const steps = extra.reduce((sum, [more]) => sum + more, slots);
  const cycles = Math.ceil((steps * STEP_NS) / site.budgetNs - 1e-9);
  const because = extra.map(([more, why]) => ` + ${more} for ${why}`).join('');
  return {
    schedule: wholeEvent(site, cycles),
    derivation: `chain of ${slots} steps${because}, ${Math.floor(site.budgetNs / STEP_NS)} a cycle: ${cycles}`,
    extrapolated: slots > 30 ? [...extrapolated, `a chain of ${slots} steps`] : extrapolated,
  };
}
