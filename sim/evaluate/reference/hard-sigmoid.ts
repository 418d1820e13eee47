import { add, assign, exact, type Exact, multiply, subtract, ZERO } from './exact.ts';
import type { Kernel } from './kernel.ts';

const ONE: Exact = { raw: 1n, frac: 0 };

/** hls4ml `hard_sigmoid`, `hard_tanh`. */
export const hardSigmoid: Kernel<'hard-sigmoid'> = ({ slope, shift, symmetric }, { inputs, outputs }) => {
  const [x] = inputs;
  const out = x.raw.map((raw) => {
    const scaled = multiply(exact(slope.raw, slope.type), exact(raw, x.type));
    const line = add(scaled, exact(shift.raw, shift.type));
    const clipped = subtract(line, ONE).raw > 0n ? ONE : line.raw < 0n ? ZERO : line;
    const value = symmetric ? subtract(add(clipped, clipped), ONE) : clipped;
    return assign(value, outputs[0].type);
  });
  return [out];
};
