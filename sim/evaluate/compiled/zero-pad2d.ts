import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import type { MakeKernel } from './kernel.ts';

export const zeroPad2d: MakeKernel<'zero-pad2d'> = ({ padding }, { inputs, outputs }) => {
  const [image, out] = [inputs[0], outputs[0]];
  const rowLength = image.shape[1] * image.shape[2];
  const outRowLength = out.shape[1] * out.shape[2];
  const start = padding.top * outRowLength + padding.left * image.shape[2];
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
