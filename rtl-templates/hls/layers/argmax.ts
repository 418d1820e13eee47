import type { PlanLayer } from '../hls-layer.ts';
import { sliceKernel, sliceNumbers } from '../kernels/slices.ts';
import { wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { text } from '../text.ts';

const kernel = sliceKernel({
  name: 'argmax',
  about: '1 at the largest value of each slice, the first of several, and 0 elsewhere.',
  common: text`
    template <class Layer>
    void argmax_of(const typename Layer::input_t slice[Layer::size], typename Layer::output_t result[Layer::size]) {
      //@ inline
      int first = 0;
      //@ unroll
      for (int i = 1; i < Layer::size; i++) {
        if (slice[i] > slice[first]) first = i;
      }
      //@ unroll
      for (int i = 0; i < Layer::size; i++) {
        result[i] = i == first ? 1 : 0;
      }
    }
  `,
});

export const argmax: PlanLayer<'argmax'> = ({ slices }, context) =>
  wholeTensorPlan(kernel, context, 1, { numbers: sliceNumbers(slices) });
