import type { LayerOf } from '../../model/index.ts';
import { add, assign, exact, type Exact, multiply, subtract } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml `nnet_merge.h`: exact, one assignment. */
export const merge: Kernel<'merge'> = ({ operation }, { inputs, outputs }) => {
  const [x, y] = inputs;
  const combine = OPERATIONS[operation];
  const out = x.raw.map((raw, index) =>
    assign(combine(exact(raw, x.type), exact(y.raw[index], y.type)), outputs[0].type),
  );
  return [out];
};

const OPERATIONS: Record<LayerOf<'merge'>['operation'], (a: Exact, b: Exact) => Exact> = {
  add,
  subtract,
  multiply,
  average: (a, b) => {
    const { raw, frac } = add(a, b);
    return { raw, frac: frac + 1 };
  },
  maximum: (a, b) => (subtract(a, b).raw > 0n ? a : b),
  minimum: (a, b) => (subtract(a, b).raw > 0n ? b : a),
};
