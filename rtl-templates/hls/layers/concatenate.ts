import type { PlanLayer } from '../hls-layer.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { text } from '../text.ts';

const kernel = wholeTensorKernel({
  name: 'concatenate',
  about: 'Blocks of the first and the second input in turn; a block is all axes from the joined one on.',
  inputs: 2,
  body: text`
    int at = 0;
    //@ unroll
    for (int block = 0; block < Layer::blocks; block++) {
      //@ unroll
      for (int i = 0; i < Layer::x_block; i++) {
        out[at++] = x[block * Layer::x_block + i];
      }
      //@ unroll
      for (int i = 0; i < Layer::y_block; i++) {
        out[at++] = y[block * Layer::y_block + i];
      }
    }
  `,
});

export const concatenate: PlanLayer<'concatenate'> = ({ axis }, context) => {
  const block = (index: number) =>
    context
      .input(index)
      .shape.slice(axis)
      .reduce((a, b) => a * b, 1);
  const blocks = context
    .output(0)
    .shape.slice(0, axis)
    .reduce((a, b) => a * b, 1);
  return wholeTensorPlan(kernel, context, 2, { numbers: { blocks, x_block: block(0), y_block: block(1) } });
};
