/** Products with constants, shared between outputs, and one adder tree an output. */
import { bitsOf, countWeights, LUT_PRODUCT_BITS } from '../../lower/hls/index.ts';
import { choicesFor, type Constant, elements, type Layer, type LayerOf } from '../../model/index.ts';
import type { Counting, LayerCounts } from './counts.ts';
import { CSYNTH_LUT_BESIDE_DSP, csynthMultiplierLut, LUT_ROM_BITS } from './multiplier.ts';

export function countDense(layer: LayerOf<'dense'>, counting: Counting): LayerCounts {
  const extrapolated = [
    ...sharingNotes(layer, counting),
    ...(counting.model.constants[layer.weights].raw === null ? ['a dense layer of unknown weights'] : []),
  ];
  return { ...countProducts(layer, counting), extrapolated };
}

/** Sharing of multipliers, which none of the reports behind the prices has. */
export function sharingNotes({ name }: Layer, { mapping }: Counting): string[] {
  const { reuseFactor, strategy } = choicesFor(mapping, name);
  return [
    ...(reuseFactor > 1 ? [`reuse factor ${reuseFactor}`] : []),
    ...(strategy === 'latency' ? [] : [`strategy '${strategy}'`]),
  ];
}

/** Bits of a word of a block RAM of 18 Kb by its depth (AMD UG573). */
function wordBits(depth: number): number {
  return depth <= 512 ? 36 : depth <= 1024 ? 18 : depth <= 2048 ? 9 : 4;
}

/**
 * Multipliers and weight memories of a layer that shares them (hls4ml `multiplier_limit`, `block_factor`): ceil(weights /
 * reuse factor) multipliers at most. With strategy resource all of them, their weights from a memory of `reuse factor` words.
 */
function shared(
  { name }: LayerOf<'dense' | 'conv2d'>,
  { mapping }: Counting,
  { shape, type }: Constant,
  needed: number,
): { readonly multipliers: number; readonly bram18k: number } {
  const { reuseFactor, strategy } = choicesFor(mapping, name);
  const limit = Math.ceil(elements(shape) / reuseFactor);
  if (strategy === 'latency' || reuseFactor === 1)
    return { multipliers: Math.min(needed, limit), bram18k: 0 };
  const width = limit * type.width;
  const bram18k =
    width * reuseFactor <= LUT_ROM_BITS
      ? 0
      : Math.ceil(width / wordBits(reuseFactor)) * Math.ceil(reuseFactor / 4096);
  return { multipliers: limit, bram18k };
}

/** The multipliers and adders of a matrix of constants: a dense layer, or the window of a convolution. */
export function countProducts(
  layer: LayerOf<'dense' | 'conv2d'>,
  counting: Counting,
): Omit<LayerCounts, 'extrapolated'> {
  const { model, ranges, profile } = counting;
  const own = profile.io === 'stream' ? 'streamDense' : 'dense';
  const input = model.tensors[layer.inputs[0]].type;
  const weights = model.constants[layer.weights];
  const usedBits = Math.min(input.width, bitsOf(ranges.network.get(layer.inputs[0])!));
  const sumBits = bitsOf(ranges.local.get(layer.outputs[0])!);
  const count = countWeights(weights, input.width);
  const inLuts = input.width + weights.type.width <= LUT_PRODUCT_BITS;
  const { multipliers, bram18k } = shared(layer, counting, weights, count.multipliers);
  const dsp = inLuts ? 0 : Math.round(multipliers);
  return {
    priced: {
      'csynth.lut': {
        known:
          multipliers *
          (inLuts ? csynthMultiplierLut(input.width, weights.type.width) : CSYNTH_LUT_BESIDE_DSP),
        [`${own}.term`]: count.terms,
        [`${own}.termBit`]: count.terms * sumBits,
        [`${own}.shiftAddBit`]: count.shiftAddBits,
        [`${own}.negationBit`]: count.negations * input.width,
      },
      'csynth.ff': {
        [`${own}.productBit`]: count.productBits,
        [`${own}.dspTermBit`]: inLuts ? 0 : count.terms * input.width,
        [`${own}.inputBit`]: count.inputs * input.width,
        [`${own}.sumBit`]: count.outputs * sumBits,
      },
      'vivado.lut': {
        [`${own}.productBit`]: count.productBits - count.terms * (input.width - usedBits),
        [`${own}.term`]: count.terms,
        [`${own}.dspTerm`]: inLuts ? 0 : count.terms,
        [`${own}.digitAdditionBit`]: inLuts ? count.digitAdditions * usedBits : 0,
        [`${own}.sumBit`]: count.outputs * sumBits,
      },
      'vivado.ff': {
        [`${own}.productBit`]: count.productBits - count.terms * (input.width - usedBits),
        [`${own}.term`]: count.terms,
        [`${own}.dspTerm`]: inLuts ? 0 : count.terms,
      },
    },
    csynth: { dsp, bram18k },
    vivado: { dsp, bram18k },
  };
}
