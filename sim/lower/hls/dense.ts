/** Fully connected layer, strategy latency: all products at once, one adder tree an output. */
import { elements, type LayerOf } from '../../model/index.ts';
import { choicesFor } from '../../model/index.ts';
import { exactly } from '../../pipeline/index.ts';
import type { LayerLowering, Site } from './profile.ts';
import { LUT_PRODUCT_BITS } from './sparse-conv2d.ts';
import { wholeEvent } from './whole-event.ts';

/** Levels of additions that fit beside the products, and cycles that each further level takes: products in LUTs, in DSPs. */
export const FREE_LEVELS = 5;
export const CYCLES_PER_LEVEL = { luts: 0.95, dsps: 1.5 };

export function productsInLuts({ model }: Site, layer: LayerOf<'dense' | 'conv2d'>): boolean {
  const x = model.tensors[layer.inputs[0]].type;
  return x.width + model.constants[layer.weights].type.width <= LUT_PRODUCT_BITS;
}

function sharing(site: Site, name: string): string[] {
  const { strategy, reuseFactor } = choicesFor(site.mapping, name);
  const notes: string[] = [];
  if (strategy !== 'latency') notes.push(`strategy '${strategy}'`);
  if (reuseFactor > 1) notes.push(`reuse factor ${reuseFactor}`);
  return notes;
}

/** Vitis HLS 2023.1, whole vectors: a pipelined function. */
export const lowerDense: LayerLowering<LayerOf<'dense'>> = (layer, site) => {
  const inputs = elements(site.model.tensors[layer.inputs[0]].shape);
  const { reuseFactor } = choicesFor(site.mapping, layer.name);
  const slope = productsInLuts(site, layer) ? CYCLES_PER_LEVEL.luts : CYCLES_PER_LEVEL.dsps;
  const more = Math.round(slope * Math.max(0, Math.log2(inputs) - FREE_LEVELS));
  const cycles = 2 + more + (reuseFactor - 1);
  return {
    schedule: wholeEvent(site, cycles, reuseFactor),
    derivation:
      `2 for products and ${FREE_LEVELS} levels of additions + ${more} for ` +
      `${Math.max(0, Math.log2(inputs) - FREE_LEVELS).toFixed(1)} further levels over ${inputs} products` +
      (reuseFactor > 1 ? ` + ${reuseFactor - 1} for reuse` : ''),
    extrapolated: [
      ...sharing(site, layer.name),
      ...(inputs > 243 || inputs < 16 ? [`${inputs} products an output`] : []),
    ],
  };
};

/** Cycles of the pipelined function that multiplies and adds, Vivado HLS 2020.1 at 4.38 ns. */
export function adderTreeCycles(site: Site, layer: LayerOf<'dense' | 'conv2d'>, products: number): number {
  const [slope, offset] = productsInLuts(site, layer) ? [0.7, 2.5] : [0.8, 2.6];
  return Math.max(0, Math.round(slope * Math.log2(products) - offset));
}

/** Vivado HLS 2020.1, streams: takes the input beat by beat, then computes, then gives one beat. */
export const lowerDenseStream: LayerLowering<LayerOf<'dense'>> = (layer, site) => {
  const x = site.model.tensors[layer.inputs[0]];
  const beats = site.beats(layer.inputs[0]);
  const tree = adderTreeCycles(site, layer, elements(x.shape));
  const more = choicesFor(site.mapping, layer.name).reuseFactor - 1;
  const reuse = more > 0 ? ` + ${more} for reuse` : '';
  const extrapolated = sharing(site, layer.name);
  if (beats === 1) {
    const cycles = 2 + tree + more;
    return {
      schedule: wholeEvent(site, cycles),
      derivation: `2 + ${tree} for the adder tree${reuse}`,
      extrapolated,
    };
  }
  const loop = {
    kind: 'pipelined-loop',
    name: 'DataPrepare',
    trips: [exactly(beats)],
    interval: 1,
    iterationCycles: 2,
    accesses: site.reads.map((channel) => ({ channel, direction: 'read', cycle: 0 }) as const),
  } as const;
  const after = 3 + tree + more;
  return {
    schedule: {
      interval: null,
      steps: [
        loop,
        {
          kind: 'straight',
          cycles: exactly(after),
          accesses: site.writes.map((channel) => ({ channel, direction: 'write', cycle: after - 1 })),
        },
      ],
    },
    derivation: `${beats} beats x II 1 + 4 + ${tree} for the adder tree${reuse}`,
    extrapolated,
  };
};
