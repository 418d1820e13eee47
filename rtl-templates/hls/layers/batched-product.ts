import type { PlanLayer } from '../hls-layer.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { text } from '../text.ts';

const kernel = wholeTensorKernel({
  name: 'batched_product',
  about: text`
    Matrix products side by side: out[b][row][column] = sum over t of x[b][row][t] y[b][column][t].

    Products are exact; every partial sum is assigned to the accumulator's type, in the order of t.
  `,
  inputs: 2,
  body: text`
    matrices:
    for (int matrix = 0; matrix < Layer::batch; matrix++) {
    rows:
      for (int row = 0; row < Layer::rows; row++) {
        //@ pipeline Layer::reuse
      columns:
        for (int column = 0; column < Layer::columns; column++) {
          typename Layer::accumulator_t sum = 0;
          //@ unroll
          for (int term = 0; term < Layer::terms; term++) {
            sum = sum + x[(matrix * Layer::rows + row) * Layer::terms + term] *
                            y[(matrix * Layer::columns + column) * Layer::terms + term];
          }
          out[(matrix * Layer::rows + row) * Layer::columns + column] = sum;
        }
      }
    }
  `,
});

export const batchedProduct: PlanLayer<'batched-product'> = ({ accumulator }, context) => {
  const [batch, rows, terms] = context.input(0).shape;
  const columns = context.input(1).shape[1];
  return wholeTensorPlan(kernel, context, 2, {
    numbers: { batch, rows, columns, terms, reuse: context.choices.reuseFactor },
    types: { accumulator },
  });
};
