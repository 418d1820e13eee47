import { fracBits } from 'fixed-point-ts';
import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';
import { forEachWindow } from './window.ts';

/** hls4ml `pooling2d_cl` Average: the sum of raw accumulator values is exact, its division truncates toward zero. */
export const averagePool2d: Kernel<'average-pool2d'> = (layer, { inputs, outputs }) => {
  const [image] = inputs;
  const count = BigInt(layer.window[0] * layer.window[1]);
  const out: bigint[] = [];
  forEachWindow(layer, image, outputs[0], (window) => {
    for (let channel = 0; channel < image.shape[2]; channel++) {
      const sum = window
        .map((pixel) => assign(exact(pixel[channel], image.type), layer.accumulator))
        .reduce((a, b) => a + b, 0n);
      out.push(assign({ raw: sum / count, frac: fracBits(layer.accumulator) }, outputs[0].type));
    }
  });
  return [out];
};
