import { fracBits } from 'fixed-point-ts';
import { imageShape } from '../../model/layer-kind.ts';
import { add, assign, assigned, exact, ZERO } from './exact.ts';
import type { Kernel } from './kernel.ts';
import { forEachWindow } from './window.ts';

/**
 * hls4ml `pooling2d_cl` Average: the division of raw accumulator values by the number of pixels inside the image
 * truncates toward zero. Up to 1.0.0 values are assigned one by one and their sum is exact; in 1.3.0 every partial
 * sum is assigned.
 */
export const averagePool2d: Kernel<'average-pool2d'> = (layer, { inputs, outputs }) => {
  const [image] = inputs;
  const { accumulator } = layer;
  const [, , channels] = imageShape(image.shape);
  const out: bigint[] = [];
  forEachWindow(layer, image, outputs[0], (_window, inside) => {
    for (let channel = 0; channel < channels; channel++) {
      const values = inside.map((pixel) => exact(pixel[channel], image.type));
      const sum =
        layer.dialect === 'hls4ml-1.3.0'
          ? values.reduce(
              (total, value) => assigned(add(total, value), accumulator),
              assigned(ZERO, accumulator),
            ).raw
          : values.reduce((total, value) => total + assign(value, accumulator), 0n);
      const mean = { raw: sum / BigInt(inside.length), frac: fracBits(accumulator) };
      out.push(assign(mean, outputs[0].type));
    }
  });
  return [out];
};
