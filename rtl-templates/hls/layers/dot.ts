import type { PlanLayer } from '../hls-layer.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { text } from '../text.ts';

const kernel = wholeTensorKernel({
  name: 'dot',
  about: 'The sum of products of two vectors: each product assigned to the accumulator, then added in it.',
  inputs: 2,
  body: text`
    typename Layer::accumulator_t sum = 0;
    //@ unroll
    for (int i = 0; i < Layer::x_size; i++) {
      const typename Layer::accumulator_t product = x[i] * y[i];
      sum = sum + product;
    }
    out[0] = sum;
  `,
});

export const dot: PlanLayer<'dot'> = ({ accumulator }, context) =>
  wholeTensorPlan(kernel, context, 2, { types: { accumulator } });
