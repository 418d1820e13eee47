import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** Output element (i_0, i_1, ...) is the input's element whose coordinate on axis permutation[k] is i_k. */
export const transpose: Kernel<'transpose'> = ({ permutation }, { inputs, outputs }) => {
  const [x] = inputs;
  const { shape, type } = outputs[0];
  const strides = x.shape.map((_, axis) => x.shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const out = x.raw.map((_, flat) => {
    let rest = flat;
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += (rest % shape[axis]) * strides[permutation[axis]];
      rest = Math.floor(rest / shape[axis]);
    }
    return assign(exact(x.raw[from], x.type), type);
  });
  return [out];
};
