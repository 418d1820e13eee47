import { assign, exact, subtract } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml `thresholded_relu`. */
export const thresholdedRelu: Kernel<'thresholded-relu'> = ({ threshold }, { inputs, outputs }) => {
  const [x] = inputs;
  const theta = exact(threshold.raw, threshold.type);
  const out = x.raw.map((raw) => {
    const value = exact(raw, x.type);
    return subtract(value, theta).raw > 0n ? assign(value, outputs[0].type) : 0n;
  });
  return [out];
};
