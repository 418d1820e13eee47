import { denseSum } from './dense.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml 1.3.0 `einsum_dense`, between its transpositions: the dense sum for each vector. */
export const batchedDense: Kernel<'batched-dense'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const [batch, rows, count] = x.shape as [number, number, number];
  const [weights, bias] = [constant(layer.weights), constant(layer.bias)];
  const size = outputs[0].shape[2];
  const out: bigint[] = [];
  for (let matrix = 0; matrix < batch; matrix++) {
    const own = {
      type: weights.type,
      raw: weights.raw.slice(matrix * count * size, (matrix + 1) * count * size),
    };
    for (let row = 0; row < rows; row++) {
      const at = matrix * rows + row;
      const start = { ...bias, raw: bias.raw.slice(at * size, (at + 1) * size) };
      const vector = x.raw.slice(at * count, (at + 1) * count);
      out.push(...denseSum(vector, x.type, own, start, layer.accumulator, outputs[0].type));
    }
  }
  return [out];
};
