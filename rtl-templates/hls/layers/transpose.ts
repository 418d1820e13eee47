import { InputError } from '../../../sim/model/index.ts';
import type { PlanLayer } from '../hls-layer.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { text } from '../text.ts';

const AXES = 4;

const kernel = wholeTensorKernel({
  name: 'transpose',
  about:
    'The axes in another order: size_k is the output extent of axis k, step_k how far apart its elements are in the input.',
  inputs: 1,
  body: text`
    int at = 0;
    //@ unroll
    for (int i0 = 0; i0 < Layer::size_0; i0++) {
      //@ unroll
      for (int i1 = 0; i1 < Layer::size_1; i1++) {
        //@ unroll
        for (int i2 = 0; i2 < Layer::size_2; i2++) {
          //@ unroll
          for (int i3 = 0; i3 < Layer::size_3; i3++) {
            out[at++] = x[i0 * Layer::step_0 + i1 * Layer::step_1 + i2 * Layer::step_2 + i3 * Layer::step_3];
          }
        }
      }
    }
  `,
});

/** @throws InputError `HLS005` beyond four axes */
export const transpose: PlanLayer<'transpose'> = (layer, context) => {
  const { shape } = context.input(0);
  if (shape.length > AXES) {
    const what = `has ${shape.length} axes, the HLS kernel takes up to ${AXES}`;
    throw new InputError({ code: 'HLS005', layer: layer.name, field: 'permutation', what });
  }
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const axes = layer.permutation.map((axis) => [shape[axis], strides[axis]] as const);
  const padded = [...Array.from({ length: AXES - axes.length }, () => [1, 0] as const), ...axes];
  const numbers = padded.flatMap(([size, step], k) => [
    [`size_${k}`, size] as const,
    [`step_${k}`, step] as const,
  ]);
  return wholeTensorPlan(kernel, context, 1, { numbers: Object.fromEntries(numbers) });
};
