import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { aligned, magnitude, type MakeKernel, needNumberRange } from './kernel.ts';

/**
 * Only pairs of slots within the kernel's reach are multiplied: any other term adds 0 to a sum that is already of
 * the accumulator's type. So is a term whose features are all 0, as in empty slots.
 */
export const sparseConv2d: MakeKernel<'sparse-conv2d'> = (layer, { inputs, outputs, constant }) => {
  const [x, places] = [inputs[0].raw, inputs[1].raw];
  const [slots, channels] = inputs[0].shape as [number, number];
  const [weights, bias, out] = [constant(layer.weights), constant(layer.bias), outputs[0]];
  const [kernel, , , filters] = weights.shape as [number, number, number, number];
  const radius = Math.floor((kernel - 1) / 2);
  const { accumulator } = layer;
  const isPackage = layer.dialect === 'sparsepixels-0.3.2';

  const accumulatorFrac = fracBits(accumulator);
  const product = aligned(accumulatorFrac, fracBits(inputs[0].type) + fracBits(weights.type));
  const biased = aligned(accumulatorFrac, fracBits(bias.type));
  const productBound = magnitude(inputs[0].type) * magnitude(weights.type) * product.scaleB;
  needNumberRange(layer, 'a sum', magnitude(accumulator) * product.scaleA + productBound);
  needNumberRange(
    layer,
    'the biased sum',
    magnitude(accumulator) * biased.scaleA + magnitude(bias.type) * biased.scaleB,
  );
  const partialCast = planCast(product.frac, accumulator);
  const sumCast = planCast(accumulatorFrac, accumulator);
  const biasedCast = planCast(biased.frac, accumulator);
  const outCast = planCast(accumulatorFrac, out.type);
  const scaledWeights = weights.raw.map((weight) => weight * product.scaleB);
  const scaledBias = bias.raw.map((value) => value * biased.scaleB);
  const sums = new Float64Array(filters);
  const [live, rows, columns] = [new Int32Array(slots), new Int32Array(slots), new Int32Array(slots)];

  const isAbsent = (slot: number) => {
    if (isPackage) return places[2 * slot] === 0;
    let channel = 0;
    while (channel < channels && x[slot * channels + channel] === 0) channel++;
    return channel === channels;
  };

  /** Lists the slots with a non-zero feature, or (by dialect) with a pixel; the others' outputs are 0. Returns how many there are. */
  const listLive = () => {
    let count = 0;
    for (let slot = 0; slot < slots; slot++) {
      if (isAbsent(slot)) continue;
      live[count] = slot;
      rows[count] = places[2 * slot]!;
      columns[count++] = places[2 * slot + 1]!;
    }
    return count;
  };

  return () => {
    out.raw.fill(0);
    const count = listLive();
    for (let to = 0; to < count; to++) {
      const row = rows[to] - radius;
      const column = columns[to] - radius;
      sums.fill(0);
      for (let from = 0; from < count; from++) {
        const tapRow = rows[from] - row;
        const tapColumn = columns[from] - column;
        if (tapRow < 0 || tapRow >= kernel || tapColumn < 0 || tapColumn >= kernel) continue;
        const features = live[from] * channels;
        const tap = (tapRow * kernel + tapColumn) * channels * filters;
        for (let filter = 0; filter < filters; filter++) {
          let partial = 0;
          for (let channel = 0; channel < channels; channel++) {
            const weight = scaledWeights[tap + channel * filters + filter];
            partial = castNumber(partial * product.scaleA + weight * x[features + channel], partialCast);
          }
          sums[filter] = castNumber(sums[filter] + partial, sumCast);
        }
      }
      for (let filter = 0; filter < filters; filter++) {
        let sum = sums[filter];
        if (sum !== 0) sum = castNumber(sum * biased.scaleA + scaledBias[filter], biasedCast);
        out.raw[live[to] * filters + filter] = castNumber(sum, outCast);
      }
    }
  };
};
