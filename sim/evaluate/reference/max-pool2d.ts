import { imageShape } from '../../model/layer-kind.ts';
import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';
import { forEachWindow } from './window.ts';

/** hls4ml `pooling2d_cl` Max: the padding counts as the lowest value of the input's type, so pixels inside decide. */
export const maxPool2d: Kernel<'max-pool2d'> = (layer, { inputs, outputs }) => {
  const [image] = inputs;
  const [, , channels] = imageShape(image.shape);
  const out: bigint[] = [];
  forEachWindow(layer, image, outputs[0], (_window, inside) => {
    for (let channel = 0; channel < channels; channel++) {
      const largest = inside.map((pixel) => pixel[channel]).reduce((a, b) => (a > b ? a : b));
      out.push(assign(exact(largest, image.type), outputs[0].type));
    }
  });
  return [out];
};
