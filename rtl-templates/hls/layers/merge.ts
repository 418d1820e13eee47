import { ufixed } from 'fixed-point-ts';
import type { LayerOf } from '../../../sim/model/index.ts';
import type { Kernel, PlanLayer } from '../hls-layer.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { text } from '../text.ts';

type Operation = LayerOf<'merge'>['operation'];

const STATEMENTS: Readonly<Record<Operation, string>> = {
  add: 'out[i] = x[i] + y[i];',
  subtract: 'out[i] = x[i] - y[i];',
  multiply: 'out[i] = x[i] * y[i];',
  average: 'out[i] = (x[i] + y[i]) * Layer::half();',
  maximum: text`
    if (x[i] > y[i]) {
      out[i] = x[i];
    } else {
      out[i] = y[i];
    }
  `,
  minimum: text`
    if (x[i] > y[i]) {
      out[i] = y[i];
    } else {
      out[i] = x[i];
    }
  `,
};

const kernels = Object.fromEntries(
  Object.entries(STATEMENTS).map(([operation, statement]) => [
    operation,
    wholeTensorKernel({
      name: `merge_${operation}`,
      about: `Two tensors element by element (${operation}): exact, then assigned to the output type.`,
      inputs: 2,
      body: text`
        //@ unroll
        for (int i = 0; i < Layer::out_size; i++) {
          ${statement}
        }
      `,
    }),
  ]),
) as Readonly<Record<Operation, Kernel>>;

export const merge: PlanLayer<'merge'> = ({ operation }, context) => {
  const half = operation === 'average' ? { values: { half: { type: ufixed(1, 0), raw: 1n } } } : {};
  return wholeTensorPlan(kernels[operation], context, 2, half);
};
