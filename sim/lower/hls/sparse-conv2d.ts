/**
 * Sparse convolution: N x N pairs of slots in parallel, each with its weight picked by the offset of the two pixels.
 *
 * The sum over the input slots is what takes time. A saturating sum may not be re-ordered, so HLS keeps the chain of N
 * additions, as many a cycle as fit. A wrapping sum becomes a tree.
 */
import { fracBits, type FixedFormat } from 'fixed-point-ts';
import type { LayerOf } from '../../model/index.ts';
import type { LayerLowering, Site } from './profile.ts';
import { wholeEvent } from './whole-event.ts';

/** One saturating addition of the chain, ns: three fit 3.65 ns; with several channels, whose sums feed in, eleven fit 4 cycles. */
const CHAIN_STEP_NS = 1.2166;
const CHAIN_STEP_OF_CHANNELS_NS = 1.327;
/** Slots that one tree of additions sums within its cycles (read off N = 5..20 as against N = 25, 30). */
export const TREE_SLOTS = 24;
/** Product bits up to which the multiplier is made of LUTs rather than a DSP. */
export const LUT_PRODUCT_BITS = 16;

/** Whether the sum is a chain that HLS may not re-order. */
export function isChain(accumulator: FixedFormat): boolean {
  return accumulator.overflow.startsWith('SAT') || accumulator.rounding !== 'TRN';
}

export interface SparseConvShape {
  readonly slots: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
}

export function sparseConvShape(
  { model }: Pick<Site, 'model'>,
  layer: LayerOf<'sparse-conv2d'>,
): SparseConvShape {
  const [slots, channels] = model.tensors[layer.inputs[0]].shape as [number, number];
  const [kernel, , , filters] = model.constants[layer.weights].shape as [number, number, number, number];
  return { slots, channels, filters, kernel };
}

export const lowerSparseConv2d: LayerLowering<LayerOf<'sparse-conv2d'>> = (layer, site) => {
  const { slots, channels, filters } = sparseConvShape(site, layer);
  const extrapolated: string[] = [];
  if (!isChain(layer.accumulator)) {
    const sum = slots > TREE_SLOTS ? 2 : 1;
    const cycles = 2 + sum + (channels - 1);
    if (slots > 30) extrapolated.push('a tree over more than 30 slots');
    if (layer.accumulator.width > 16) extrapolated.push('a sum of more than 16 bits');
    return {
      schedule: wholeEvent(site, cycles),
      derivation: `offsets and weights 1 + products 1 + ${sum} for a tree over ${slots} slots${
        channels > 1 ? ` + ${channels - 1} for the sum over ${channels} channels` : ''
      }`,
      extrapolated,
    };
  }
  const input = site.model.tensors[layer.inputs[0]].type;
  const weights = site.model.constants[layer.weights].type;
  const dropped = fracBits(input) + fracBits(weights) - fracBits(layer.accumulator);
  const inLuts = input.width + weights.width <= LUT_PRODUCT_BITS;
  // Rounding ORs the dropped bits; more than six take a second LUT, which costs the first addition of the chain.
  const lateStart = channels === 1 && inLuts && dropped > 6 ? 1 : 0;
  const before = channels > 1 ? 4 : inLuts ? 2 : 3;
  const stepNs = channels > 1 ? CHAIN_STEP_OF_CHANNELS_NS : CHAIN_STEP_NS;
  const chain = Math.ceil(((slots + lateStart) * stepNs) / site.budgetNs - 1e-9);
  if (channels !== 1 && channels !== 3) extrapolated.push(`a saturating sum over ${channels} channels`);
  if (slots < 8 || slots > 20) extrapolated.push(`a saturating chain of ${slots} additions`);
  if (filters > 3) extrapolated.push(`${filters} filters`);
  return {
    schedule: wholeEvent(site, before + chain),
    derivation:
      `${before} for offsets, weights, products${channels > 1 ? ' and channel sums' : ''} + ${chain} for a chain of ` +
      `${slots} saturating additions that may not be re-ordered${lateStart > 0 ? ', one step late for the rounding' : ''}`,
    extrapolated,
  };
};

/** The kernel before 0.2: 3 x 3 only, one cycle less before the sum; a single channel and filter fit a larger tree. */
export const lowerSparseConv3x3: LayerLowering<LayerOf<'sparse-conv2d'>> = (layer, site) => {
  const { slots, channels, filters } = sparseConvShape(site, layer);
  const sum = slots > TREE_SLOTS && channels * filters > 1 ? 2 : 1;
  return {
    schedule: wholeEvent(site, 1 + sum + (channels - 1)),
    derivation: `offsets, weights and products 1 + ${sum} for a tree over ${slots} slots + ${channels - 1} for the channels`,
    extrapolated: isChain(layer.accumulator) ? ['a saturating sum in the 3 x 3 kernel'] : [],
  };
};
