import { fracBits, numberCaster } from 'fixed-point-ts';
import { aligned, magnitude, type MakeKernel, needNumberRange } from './kernel.ts';

/**
 * Only pairs of slots within the kernel's reach are multiplied: any other term adds 0 to a sum that is already of
 * the accumulator's type. So is a term whose features are all 0, as in empty slots.
 */
export const sparseConv2d: MakeKernel<'sparse-conv2d'> = (layer, { inputs, outputs, constant }) => {
  const [x, places] = [inputs[0]!.raw, inputs[1]!.raw];
  const [slots, channels] = inputs[0]!.shape as [number, number];
  const [weights, bias, out] = [constant(layer.weights), constant(layer.bias), outputs[0]!];
  const [kernel, , , filters] = weights.shape as [number, number, number, number];
  const radius = Math.floor((kernel - 1) / 2);
  const { accumulator } = layer;

  const accumulatorFrac = fracBits(accumulator);
  const product = aligned(accumulatorFrac, fracBits(inputs[0]!.type) + fracBits(weights.type));
  const biased = aligned(accumulatorFrac, fracBits(bias.type));
  const productBound = magnitude(inputs[0]!.type) * magnitude(weights.type) * product.scaleB;
  needNumberRange(layer, 'a sum', magnitude(accumulator) * product.scaleA + productBound);
  needNumberRange(
    layer,
    'the biased sum',
    magnitude(accumulator) * biased.scaleA + magnitude(bias.type) * biased.scaleB,
  );
  const castPartial = numberCaster(product.frac, accumulator);
  const castSum = numberCaster(accumulatorFrac, accumulator);
  const castBiased = numberCaster(biased.frac, accumulator);
  const castOut = numberCaster(accumulatorFrac, out.type);
  const scaledWeights = weights.raw.map((weight) => weight * product.scaleB);
  const scaledBias = bias.raw.map((value) => value * biased.scaleB);
  const sums = new Float64Array(filters);
  const live = new Uint8Array(slots);

  return () => {
    for (let slot = 0; slot < slots; slot++) {
      live[slot] = 0;
      for (let channel = 0; channel < channels; channel++)
        if (x[slot * channels + channel] !== 0) live[slot] = 1;
    }
    for (let to = 0; to < slots; to++) {
      if (live[to] === 0) {
        out.raw.fill(0, to * filters, (to + 1) * filters);
        continue;
      }
      sums.fill(0);
      const row = places[2 * to]! - radius;
      const column = places[2 * to + 1]! - radius;
      for (let from = 0; from < slots; from++) {
        const tapRow = places[2 * from]! - row;
        const tapColumn = places[2 * from + 1]! - column;
        if (live[from] === 0 || tapRow < 0 || tapRow >= kernel || tapColumn < 0 || tapColumn >= kernel)
          continue;
        const tap = (tapRow * kernel + tapColumn) * channels * filters;
        for (let filter = 0; filter < filters; filter++) {
          let partial = 0;
          for (let channel = 0; channel < channels; channel++) {
            const weight = scaledWeights[tap + channel * filters + filter]!;
            partial = castPartial(partial * product.scaleA + weight * x[from * channels + channel]!);
          }
          sums[filter] = castSum(sums[filter]! + partial);
        }
      }
      for (let filter = 0; filter < filters; filter++) {
        let sum = sums[filter]!;
        if (sum !== 0) sum = castBiased(sum * biased.scaleA + scaledBias[filter]!);
        out.raw[to * filters + filter] = castOut(sum);
      }
    }
  };
};
