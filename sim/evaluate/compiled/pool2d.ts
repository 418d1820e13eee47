import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { imageShape } from '../../model/layer-kind.ts';
import { aligned, magnitude, type MakeKernel, needNumberRange } from './kernel.ts';
import { type WindowLoop, windowLoop } from './window.ts';

/** The division is by the number of pixels inside the image; in hls4ml 1.3.0 every partial sum is assigned. */
export const averagePool2d: MakeKernel<'average-pool2d'> = (layer, { inputs, outputs }) => {
  const [image, out] = [inputs[0], outputs[0]];
  const { accumulator } = layer;
  const stepwise = layer.dialect === 'hls4ml-1.3.0';
  const count = layer.window[0] * layer.window[1];
  const { frac, scaleA, scaleB } = aligned(fracBits(accumulator), fracBits(image.type));
  if (stepwise)
    needNumberRange(layer, 'a sum', magnitude(accumulator) * scaleA + magnitude(image.type) * scaleB);
  else needNumberRange(layer, 'the sum', count * magnitude(accumulator));
  const inCast = planCast(fracBits(image.type), accumulator);
  const sumCast = planCast(frac, accumulator);
  const outCast = planCast(fracBits(accumulator), out.type);
  const loop = windowLoop(layer, image, out);
  const [, width] = imageShape(image.shape);
  return () =>
    forEachOutput(loop, (at, y, x, channel) => {
      const [fromRow, toRow, imageRow] = loop.rowRange(y);
      const [fromColumn, toColumn, imageColumn] = loop.columnRange(x);
      let sum = 0;
      for (let row = imageRow + fromRow; row < imageRow + toRow; row++) {
        for (let column = imageColumn + fromColumn; column < imageColumn + toColumn; column++) {
          const value = image.raw[(row * width + column) * loop.channels + channel];
          if (value === 0) continue;
          sum = stepwise
            ? castNumber(sum * scaleA + value * scaleB, sumCast)
            : sum + castNumber(value, inCast);
        }
      }
      const inside = (toRow - fromRow) * (toColumn - fromColumn);
      out.raw[at] = sum === 0 ? 0 : castNumber(Math.trunc(sum / inside), outCast);
    });
};

export const maxPool2d: MakeKernel<'max-pool2d'> = (layer, { inputs, outputs }) => {
  const [image, out] = [inputs[0], outputs[0]];
  const outCast = planCast(fracBits(image.type), out.type);
  const loop = windowLoop(layer, image, out);
  const [, width] = imageShape(image.shape);
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
