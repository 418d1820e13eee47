import { add, assign, exact, multiply } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml `normalize`: exact, one assignment. */
export const scaleShift: Kernel<'scale-shift'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const [scale, shift] = [constant(layer.scale), constant(layer.shift)];
  const out = x.raw.map((raw, index) => {
    const factor = exact(scale.raw[index % scale.raw.length], scale.type);
    const summand = exact(shift.raw[index % shift.raw.length], shift.type);
    return assign(add(multiply(exact(raw, x.type), factor), summand), outputs[0].type);
  });
  return [out];
};
