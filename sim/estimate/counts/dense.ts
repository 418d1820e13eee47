/** Products with constants, shared between outputs, and one adder tree an output. */
import type { LayerOf } from '../../model/index.ts';
import { bitsOf, LUT_PRODUCT_BITS } from '../../lower/hls/index.ts';
import { choicesFor } from '../../model/index.ts';
import { type Counting, type LayerCounts, NO_BLOCKS } from './counts.ts';
import { CSYNTH_LUT_BESIDE_DSP, csynthMultiplierLut } from './multiplier.ts';
import { countWeights } from './weights.ts';

export function countDense(layer: LayerOf<'dense'>, counting: Counting): LayerCounts {
  const { reuseFactor, strategy } = choicesFor(counting.mapping, layer.name);
  const extrapolated = [
    ...(reuseFactor > 1 ? [`reuse factor ${reuseFactor}`] : []),
    ...(strategy === 'latency' ? [] : [`strategy '${strategy}'`]),
    ...(counting.model.constants[layer.weights].raw === null ? ['a dense layer of unknown weights'] : []),
  ];
  return { ...countProducts(layer, counting), extrapolated };
}

/** The multipliers and adders of a matrix of constants: a dense layer, or the window of a convolution. */
export function countProducts(
  layer: LayerOf<'dense' | 'conv2d'>,
  { model, ranges, profile }: Counting,
): Omit<LayerCounts, 'extrapolated'> {
  const own = profile.io === 'stream' ? 'streamDense' : 'dense';
  const input = model.tensors[layer.inputs[0]].type;
  const weights = model.constants[layer.weights];
  const usedBits = Math.min(input.width, bitsOf(ranges.network.get(layer.inputs[0])!));
  const sumBits = bitsOf(ranges.local.get(layer.outputs[0])!);
  const count = countWeights(weights, input.width);
  const inLuts = input.width + weights.type.width <= LUT_PRODUCT_BITS;
  const dsp = inLuts ? 0 : Math.round(count.multipliers);
  return {
    priced: {
      'csynth.lut': {
        known:
          count.multipliers *
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
    csynth: { ...NO_BLOCKS, dsp },
    vivado: { ...NO_BLOCKS, dsp },
  };
}
