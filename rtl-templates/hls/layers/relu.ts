import type { LayerPlan, PlanContext } from '../hls-layer.ts';
import { elementwise } from '../kernels/elementwise.ts';
import { text } from '../text.ts';

const kernel = elementwise(
  'relu',
  'max(x, 0), assigned to the output type.',
  'positive_part<typename Layer::output_t>(x)',
  '',
  text`
    template <class Output, class Input> Output positive_part(const Input &x) {
      //@ inline
      Output result = 0;
      if (x > 0) result = x;
      return result;
    }
  `,
);

/** The same rule for dense tensors and kept pixels. */
export function relu(_layer: unknown, { input }: PlanContext): LayerPlan {
  const { beats, lanes } = input(0);
  return { kernel, inputs: ['input'], outputs: ['output'], numbers: { beats, lanes } };
}
