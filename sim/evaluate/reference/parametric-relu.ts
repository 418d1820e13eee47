import { assign, exact, multiply } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml `leaky_relu`, `prelu`. */
export const parametricRelu: Kernel<'parametric-relu'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const slopes = constant(layer.slopes);
  const out = x.raw.map((raw, index) => {
    const value = exact(raw, x.type);
    if (raw > 0n) return assign(value, outputs[0].type);
    const slope = exact(slopes.raw[index % slopes.raw.length], slopes.type);
    return assign(multiply(slope, value), outputs[0].type);
  });
  return [out];
};
