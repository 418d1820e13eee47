import { imageShape } from '../../model/layer-kind.ts';
import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import type { MakeKernel } from './kernel.ts';

export const zeroPad2d: MakeKernel<'zero-pad2d'> = ({ padding }, { inputs, outputs }) => {
  const [image, out] = [inputs[0], outputs[0]];
  const [, width, channels] = imageShape(image.shape);
  const rowLength = width * channels;
  const outRowLength = imageShape(out.shape)[1] * channels;
  const start = padding.top * outRowLength + padding.left * channels;
  const cast = planCast(fracBits(image.type), out.type);
  return () => {
    for (let at = 0; at < image.raw.length; at++) {
      const value = image.raw[at];
      const row = Math.floor(at / rowLength);
      out.raw[start + row * outRowLength + (at - row * rowLength)] =
        value === 0 ? 0 : castNumber(value, cast);
    }
  };
};
