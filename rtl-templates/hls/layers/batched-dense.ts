import type { PlanLayer } from '../hls-layer.ts';
import { weightedSumLatency, weightedSumResource } from '../kernels/weighted-sum.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';
import { sumPlan } from './dense.ts';

function batchedDenseKernel(strategy: 'latency' | 'resource') {
  const sum = strategy === 'latency' ? weightedSumLatency : weightedSumResource;
  return wholeTensorKernel({
    name: `batched_dense_${strategy}`,
    about:
      'Dense layers side by side: every vector of matrix b goes through the weights of matrix b, with a bias an output.',
    inputs: 1,
    needs: [sum],
    parameters: text`
      ,
                const typename Layer::weight_t weights[Layer::batch * Layer::terms * Layer::sums],
                const typename Layer::bias_t bias[Layer::batch * Layer::rows * Layer::sums]
    `,
    body: text`
      matrices:
      for (int matrix = 0; matrix < Layer::batch; matrix++) {
        ${strategy === 'latency' ? '//@ pipeline Layer::reuse' : ''}
      rows:
        for (int row = 0; row < Layer::rows; row++) {
          const int vector = matrix * Layer::rows + row;
          ${sum.name}<Layer>(&x[vector * Layer::terms], &weights[matrix * Layer::terms * Layer::sums],
                             &bias[vector * Layer::sums], &out[vector * Layer::sums]);
        }
      }
    `,
  });
}

const latency = batchedDenseKernel('latency');
const resource = batchedDenseKernel('resource');

export const batchedDense: PlanLayer<'batched-dense'> = (layer, context) => {
  const [batch, rows, terms] = context.input(0).shape;
  const sums = context.output(0).shape[2];
  const { strategy, reuseFactor } = context.choices;
  const { numbers, note } = sumPlan(strategy, reuseFactor, terms, sums);
  return wholeTensorPlan(strategy === 'latency' ? latency : resource, context, 1, {
    numbers: { batch, rows, ...numbers },
    ...(note === undefined ? {} : { note }),
    types: {
      weight: storage(context.constant(layer.weights).type),
      bias: storage(context.constant(layer.bias).type),
      accumulator: layer.accumulator,
    },
    constants: { weights: layer.weights, bias: layer.bias },
  });
};
