import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { aligned, magnitude, type MakeKernel, needNumberRange } from './kernel.ts';
import { makeSparsePool } from './sparse-pool.ts';

export const sparseAveragePool2d: MakeKernel<'sparse-average-pool2d'> = (layer, buffers) => {
  const [features, out] = [buffers.inputs[0], buffers.outputs[0]];
  const channels = features.shape[1];
  const { accumulator, reciprocal } = layer;
  const sumScale = aligned(fracBits(accumulator), fracBits(features.type));
  const squared = Number(reciprocal.raw) ** 2;
  const bound = magnitude(accumulator) * sumScale.scaleA + magnitude(features.type) * sumScale.scaleB;
  needNumberRange(layer, 'a sum', bound);
  needNumberRange(layer, 'the scaled sum', magnitude(accumulator) * squared);
  const sumCast = planCast(sumScale.frac, accumulator);
  const outCast = planCast(fracBits(accumulator) + 2 * fracBits(reciprocal.type), out.type);

  return makeSparsePool(layer, buffers, (first, channel, next) => {
    let sum = 0;
    for (let slot = first; slot >= 0; slot = next[slot]!) {
      const feature = features.raw[slot * channels + channel];
      if (feature !== 0) sum = castNumber(sum * sumScale.scaleA + feature * sumScale.scaleB, sumCast);
    }
    return sum === 0 ? 0 : castNumber(sum * squared, outCast);
  });
};
