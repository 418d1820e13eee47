import { add, assign, assigned, exact, multiply, ZERO } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml `dot1d`: products assigned to the accumulator, then summed in it. */
export const dot: Kernel<'dot'> = ({ accumulator }, { inputs, outputs }) => {
  const [x, y] = inputs;
  const sum = x.raw.reduce((total, raw, index) => {
    const product = assigned(multiply(exact(raw, x.type), exact(y.raw[index], y.type)), accumulator);
    return assigned(add(total, product), accumulator);
  }, ZERO);
  return [[assign(sum, outputs[0].type)]];
};
