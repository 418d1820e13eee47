import { castNumber } from 'fixed-point-ts';
import { finish, planSum } from './dense-sum.ts';
import type { MakeKernel } from './kernel.ts';

/** The bias is one long start vector; weights of one matrix follow those of the one before. */
export const batchedDense: MakeKernel<'batched-dense'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const [batch, rows, count] = x.shape;
  const size = out.shape[2];
  const weights = constant(layer.weights);
  // a sum runs over one matrix only: as columns of one wide matrix its bound is that of the largest
  const columns = new Float64Array(weights.raw.length * rows);
  for (let matrix = 0; matrix < batch; matrix++) {
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < size; j++) {
          columns[i * out.raw.length + (matrix * rows + row) * size + j] =
            weights.raw[(matrix * count + i) * size + j];
        }
      }
    }
  }
  const plan = planSum(layer, x.type, { ...weights, raw: columns }, constant(layer.bias), out.type);
  const { productCast, sumCast, start } = plan;
  return () => {
    for (let at = 0; at < out.raw.length; at++) {
      const vector = Math.floor(at / size) * count;
      let sum = start[at];
      for (let i = 0; i < count; i++) {
        const product = x.raw[vector + i] * plan.weights[i * out.raw.length + at];
        sum = plan.exact ? sum + product : castNumber(sum + castNumber(product, productCast), sumCast);
      }
      out.raw[at] = finish(plan, sum);
    }
  };
};
