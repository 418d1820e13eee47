import type { PlanLayer } from '../hls-layer.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { text } from '../text.ts';

const kernel = wholeTensorKernel({
  name: 'transpose',
  about: 'The axes in another order: wires, once the loop is unrolled.',
  inputs: 1,
  body: text`
    //@ unroll
    for (int at = 0; at < Layer::out_size; at++) {
      out[at] = x[Layer::source(at)];
    }
  `,
});

/** Row-major strides. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
}

export const transpose: PlanLayer<'transpose'> = ({ permutation }, context) => {
  const from = stridesOf(context.input(0).shape);
  const { shape } = context.output(0);
  const to = stridesOf(shape);
  const terms = shape.flatMap((size, axis) =>
    size === 1 ? [] : [`at / ${to[axis]} % ${size} * ${from[permutation[axis]]}`],
  );
  return wholeTensorPlan(kernel, context, 1, {
    members: text`
      // Where element \`at\` of the output [${shape.join(', ')}] stands in the input [${context.input(0).shape.join(', ')}].
      static constexpr int source(int at) { return ${terms.length === 0 ? '0 * at' : terms.join(' + ')}; }
    `,
  });
};
