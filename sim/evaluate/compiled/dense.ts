import { accumulate, finish, planSum } from './dense-sum.ts';
import type { MakeKernel } from './kernel.ts';

/** Row by row of the weights; rows of a zero input are skipped: they add 0 to sums of the accumulator's type. */
export const dense: MakeKernel<'dense'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0].raw, outputs[0].raw];
  const plan = planSum(layer, inputs[0].type, constant(layer.weights), constant(layer.bias), outputs[0].type);
  const sums = new Float64Array(out.length);
  return () => {
    sums.set(plan.start);
    for (let i = 0; i < x.length; i++) {
      const value = x[i];
      if (value !== 0) accumulate(plan, sums, value, i * sums.length);
    }
    for (let j = 0; j < sums.length; j++) out[j] = finish(plan, sums[j]);
  };
};
