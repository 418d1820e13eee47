import { imageShape } from '../../model/layer-kind.ts';
import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** Raw 0 around the image. */
export const zeroPad2d: Kernel<'zero-pad2d'> = ({ padding }, { inputs, outputs }) => {
  const [image] = inputs;
  const [height, width, channels] = imageShape(image.shape);
  const [rows, columns] = imageShape(outputs[0].shape);
  const out: bigint[] = [];
  for (let row = -padding.top; row < rows - padding.top; row++) {
    for (let column = -padding.left; column < columns - padding.left; column++) {
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      for (let channel = 0; channel < channels; channel++) {
        const raw = inside ? image.raw[(row * width + column) * channels + channel] : 0n;
        out.push(assign(exact(raw, image.type), outputs[0].type));
      }
    }
  }
  return [out];
};
