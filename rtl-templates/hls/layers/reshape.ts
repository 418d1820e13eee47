import type { PlanLayer } from '../hls-layer.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { text } from '../text.ts';

const kernel = wholeTensorKernel({
  name: 'reshape',
  about: 'The same values in the same order, assigned to the output type, in beats of another size.',
  inputs: 1,
  body: text`
    //@ unroll
    for (int i = 0; i < Layer::out_size; i++) {
      out[i] = x[i];
    }
  `,
});

export const reshape: PlanLayer<'reshape'> = (_layer, context) => wholeTensorPlan(kernel, context, 1);
