import { fixed } from 'fixed-point-ts';
import type { PlanLayer } from '../hls-layer.ts';
import { wholeTensorKernel, wholeTensorPlan } from '../kernels/whole-tensor.ts';
import { storage } from '../literal.ts';
import { text } from '../text.ts';

const kernel = wholeTensorKernel({
  name: 'embedding',
  about: 'A row of a table for every element: its number is the element cut towards zero, held at both ends.',
  inputs: 1,
  parameters: ', const typename Layer::entry_t rows[Layer::row_count * Layer::row_size]',
  body: text`
    //@ pipeline 1
    for (int i = 0; i < Layer::x_size; i++) {
      const typename Layer::whole_t number = x[i];
      int row = 0;
      if (number >= Layer::row_count) {
        row = Layer::row_count - 1;
      } else if (number > 0) {
        row = to_int(number);
      }
      //@ unroll
      for (int at = 0; at < Layer::row_size; at++) {
        out[i * Layer::row_size + at] = rows[row * Layer::row_size + at];
      }
    }
  `,
});

export const embedding: PlanLayer<'embedding'> = (layer, context) => {
  const { type, shape } = context.constant(layer.rows);
  const width = Math.max(context.input(0).type.integerBits, 0) + 2;
  return wholeTensorPlan(kernel, context, 1, {
    numbers: { row_count: shape[0], row_size: shape[1] },
    types: { entry: storage(type), whole: fixed(width, width, 'TRN_ZERO') },
    constants: { rows: layer.rows },
  });
};
