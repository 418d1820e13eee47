import { denseSum } from './dense.ts';
import type { Kernel } from './kernel.ts';
import { forEachWindow } from './window.ts';

/** hls4ml `conv_2d_cl`: the dense sum over each window in (row, column, channel) order. */
export const conv2d: Kernel<'conv2d'> = (layer, { inputs, outputs, constant }) => {
  const [image] = inputs;
  const weights = constant(layer.weights);
  const bias = constant(layer.bias);
  const out: bigint[] = [];
  forEachWindow(layer, image, outputs[0], (window) => {
    const pixels = window.flat();
    // Most windows of a detector image hold nothing, and a product of 0 adds nothing to a sum of the accumulator's type.
    const x = pixels.some((raw) => raw !== 0n) ? pixels : [];
    out.push(...denseSum(x, image.type, weights, bias, layer.accumulator, outputs[0].type));
  });
  return [out];
};
