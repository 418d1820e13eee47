import { imageShape } from '../../model/layer-kind.ts';
import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';

export const crop2d: Kernel<'crop2d'> = ({ crop }, { inputs, outputs }) => {
  const [image] = inputs;
  const [, width, channels] = imageShape(image.shape);
  const [rows, columns] = imageShape(outputs[0].shape);
  const out: bigint[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const pixel = ((row + crop.top) * width + column + crop.left) * channels;
      for (let channel = 0; channel < channels; channel++)
        out.push(assign(exact(image.raw[pixel + channel], image.type), outputs[0].type));
    }
  }
  return [out];
};
