/** N x N comparisons of cells, a chain of additions a slot and channel, the division of coordinates and of the sum. */
import type { LayerOf } from '../../model/index.ts';
import { isChain, recodedDigits } from '../../lower/hls/index.ts';
import { type Counting, type LayerCounts, NO_BLOCKS } from './counts.ts';
import { CSYNTH_LUT_BESIDE_DSP, csynthMultiplierLut } from './multiplier.ts';

/** Bits of 1/pool that a product with it adds: the reciprocal has ten, nine of them significant. */
const RECIPROCAL_BITS = 9;

export function countSparsePool2d(
  layer: LayerOf<'sparse-average-pool2d' | 'sparse-max-pool2d'>,
  { model, channelBits }: Counting,
): LayerCounts {
  const features = model.tensors[layer.inputs[0]];
  const [slots, channels] = features.shape as [number, number];
  const average = layer.kind === 'sparse-average-pool2d';
  const saturates = average && isChain(layer.accumulator);
  const own = saturates ? 'pool' : 'wrapPool';
  const bits = average ? layer.accumulator.width : features.type.width;
  const pairs = slots * slots;
  const powerOfTwo = Number.isInteger(Math.log2(layer.pool));
  const products = average && recodedDigits(layer.reciprocal.raw) > 2 ? slots * channels : 0;
  const sumInLuts = bits <= 8;
  // Sum x reciprocal x reciprocal: the first product in LUTs up to 8 bits, every other one in a DSP.
  const dsp = products * (sumInLuts ? 1 : 2);
  const productLut = sumInLuts
    ? csynthMultiplierLut(bits, RECIPROCAL_BITS) + CSYNTH_LUT_BESIDE_DSP
    : CSYNTH_LUT_BESIDE_DSP + 42;
  const coordinateProducts = powerOfTwo ? 0 : 2 * slots * csynthMultiplierLut(RECIPROCAL_BITS, 7);
  const shared = {
    [`${own}.pairBit`]: pairs * channelBits(layer.inputs[1]),
    [`${own}.channelPair`]: pairs * channels,
    [`${own}.channelPairBit`]: pairs * channels * bits,
    [`${own}.channelBit`]: slots * channels * bits,
  };
  const registers = {
    [`${own}.pair`]: pairs,
    [`${own}.channelPair`]: pairs * channels,
    [`${own}.channelPairBit`]: pairs * channels * bits,
    [`${own}.productBit`]: products * bits,
  };
  return {
    priced: {
      'csynth.lut': { ...shared, known: products * productLut + coordinateProducts },
      'csynth.ff': registers,
      'vivado.lut': { ...shared, [`${own}.productBit`]: products * bits },
      'vivado.ff': registers,
    },
    csynth: { ...NO_BLOCKS, dsp },
    vivado: { ...NO_BLOCKS, dsp },
    extrapolated: [
      ...(average ? [] : ['maximum pooling']),
      ...([2, 4, 7].includes(layer.pool) ? [] : [`a pool of ${layer.pool}`]),
      ...(slots > 30 ? [`${slots} slots`] : []),
    ],
  };
}
