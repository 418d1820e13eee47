import { denseSum } from './dense.ts';
import type { Kernel } from './kernel.ts';
import { forEachWindow } from './window.ts';

/** hls4ml `depthwise_conv_2d_cl`: for each channel the dense sum over its window. */
export const depthwiseConv2d: Kernel<'depthwise-conv2d'> = (layer, { inputs, outputs, constant }) => {
  const [image] = inputs;
  const [weights, bias] = [constant(layer.weights), constant(layer.bias)];
  const channels = bias.raw.length;
  const out: bigint[] = [];
  forEachWindow(layer, image, outputs[0], (window) => {
    for (let channel = 0; channel < channels; channel++) {
      const x = window.map((pixel) => pixel[channel]);
      const own = { type: weights.type, raw: window.map((_, tap) => weights.raw[tap * channels + channel]) };
      const start = { ...bias, raw: [bias.raw[channel]] };
      out.push(...denseSum(x, image.type, own, start, layer.accumulator, outputs[0].type));
    }
  });
  return [out];
};
