import { add, assign, assigned, type Exact, exact, multiply, ZERO } from './exact.ts';
import type { Kernel } from './kernel.ts';

/**
 * SparsePixels 0.2.1, with the accumulator's type made explicit. For each output slot and filter: terms in slot
 * order, channels in order inside a term, every addition assigned to the accumulator; bias only onto a sum that is
 * not 0; output 0 where all input features of the slot are 0. In the package's dialect the slots at (0, 0) take no part,
 * and only their outputs are 0.
 */
export const sparseConv2d: Kernel<'sparse-conv2d'> = (layer, { inputs, outputs, constant }) => {
  const [features, coordinates] = inputs;
  const [slots, channels] = features.shape as [number, number];
  const weights = constant(layer.weights);
  const bias = constant(layer.bias);
  const [kernel, , , filters] = weights.shape as [number, number, number, number];
  const radius = Math.floor((kernel - 1) / 2);
  const { accumulator } = layer;

  const feature = (slot: number, channel: number) =>
    exact(features.raw[slot * channels + channel], features.type);
  const position = (slot: number) =>
    [Number(coordinates.raw[2 * slot]), Number(coordinates.raw[2 * slot + 1])] as const;
  const weight = (row: number, column: number, channel: number, filter: number) =>
    exact(weights.raw[((row * kernel + column) * channels + channel) * filters + filter], weights.type);
  const isPackage = layer.dialect === 'sparsepixels-0.3.2';
  const isAbsent = (slot: number) => isPackage && position(slot)[0] === 0;
  const isEmpty = (slot: number) =>
    isAbsent(slot) ||
    (!isPackage &&
      Array.from({ length: channels }, (_, channel) => feature(slot, channel).raw).every(
        (raw) => raw === 0n,
      ));

  const term = (from: number, to: number, filter: number): Exact => {
    const row = radius - (position(to)[0] - position(from)[0]);
    const column = radius - (position(to)[1] - position(from)[1]);
    if (isAbsent(from)) return ZERO;
    if (row < 0 || row >= kernel || column < 0 || column >= kernel) return ZERO;
    let partial = ZERO;
    for (let channel = 0; channel < channels; channel++) {
      const product = multiply(weight(row, column, channel, filter), feature(from, channel));
      partial = assigned(add(partial, product), accumulator);
    }
    return partial;
  };

  const out: bigint[] = [];
  for (let to = 0; to < slots; to++) {
    for (let filter = 0; filter < filters; filter++) {
      let sum = ZERO;
      for (let from = 0; from < slots; from++) sum = assigned(add(sum, term(from, to, filter)), accumulator);
      if (sum.raw !== 0n) sum = assigned(add(sum, exact(bias.raw[filter], bias.type)), accumulator);
      out.push(isEmpty(to) ? 0n : assign(sum, outputs[0].type));
    }
  }
  return [out];
};
