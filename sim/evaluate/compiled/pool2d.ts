import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { magnitude, type MakeKernel, needNumberRange } from './kernel.ts';
import { type WindowLoop, windowLoop } from './window.ts';

export const averagePool2d: MakeKernel<'average-pool2d'> = (layer, { inputs, outputs }) => {
  const [image, out] = [inputs[0], outputs[0]];
  const count = layer.window[0] * layer.window[1];
  const { accumulator } = layer;
  needNumberRange(layer, 'the sum', count * magnitude(accumulator));
  const inCast = planCast(fracBits(image.type), accumulator);
  const outCast = planCast(fracBits(accumulator), out.type);
  const loop = windowLoop(layer, image, out);
  const width = image.shape[1];
  return () =>
    forEachOutput(loop, (at, y, x, channel) => {
      const [fromRow, toRow, imageRow] = loop.rowRange(y);
      const [fromColumn, toColumn, imageColumn] = loop.columnRange(x);
      let sum = 0;
      for (let row = imageRow + fromRow; row < imageRow + toRow; row++) {
        for (let column = imageColumn + fromColumn; column < imageColumn + toColumn; column++) {
          const value = image.raw[(row * width + column) * loop.channels + channel];
          if (value !== 0) sum += castNumber(value, inCast);
        }
      }
      out.raw[at] = sum === 0 ? 0 : castNumber(Math.trunc(sum / count), outCast);
    });
};

export const maxPool2d: MakeKernel<'max-pool2d'> = (layer, { inputs, outputs }) => {
  const [image, out] = [inputs[0], outputs[0]];
  const outCast = planCast(fracBits(image.type), out.type);
  const loop = windowLoop(layer, image, out);
  const width = image.shape[1];
  return () =>
    forEachOutput(loop, (at, y, x, channel) => {
      const [fromRow, toRow, imageRow] = loop.rowRange(y);
      const [fromColumn, toColumn, imageColumn] = loop.columnRange(x);
      let largest = -Infinity;
      for (let row = imageRow + fromRow; row < imageRow + toRow; row++) {
        for (let column = imageColumn + fromColumn; column < imageColumn + toColumn; column++) {
          largest = Math.max(largest, image.raw[(row * width + column) * loop.channels + channel]);
        }
      }
      out.raw[at] = castNumber(largest, outCast);
    });
};

function forEachOutput(
  { rows, columns, channels }: WindowLoop,
  visit: (at: number, y: number, x: number, channel: number) => void,
): void {
  let at = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let channel = 0; channel < channels; channel++) visit(at++, y, x, channel);
    }
  }
}
