import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';
import { forEachWindow } from './window.ts';

/** hls4ml `pooling2d_cl` Max. */
export const maxPool2d: Kernel<'max-pool2d'> = (layer, { inputs, outputs }) => {
  const [image] = inputs;
  const out: bigint[] = [];
  forEachWindow(layer, image, outputs[0], (window) => {
    for (let channel = 0; channel < image.shape[2]; channel++) {
      const largest = window.map((pixel) => pixel[channel]).reduce((a, b) => (a > b ? a : b));
      out.push(assign(exact(largest, image.type), outputs[0].type));
    }
  });
  return [out];
};
