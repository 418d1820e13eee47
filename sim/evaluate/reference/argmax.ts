import { assign } from './exact.ts';
import type { Kernel } from './kernel.ts';
import { mapSlices } from './slices.ts';

/** hls4ml 1.3.0 `softmax_argmax`: the first of several largest values wins. */
export const argmax: Kernel<'argmax'> = ({ slices }, { inputs, outputs }) => {
  const one = assign({ raw: 1n, frac: 0 }, outputs[0].type);
  const out = mapSlices(slices, inputs[0].raw, (slice) => {
    const largest = slice.reduce((a, b) => (a > b ? a : b));
    const first = slice.indexOf(largest);
    return slice.map((_, index) => (index === first ? one : 0n));
  });
  return [out];
};
