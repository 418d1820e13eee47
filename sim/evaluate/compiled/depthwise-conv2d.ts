import { castNumber } from 'fixed-point-ts';
import { finish, planSum } from './dense-sum.ts';
import type { MakeKernel } from './kernel.ts';
import { windowLoop } from './window.ts';

/** Every channel is an output of its own with its own taps; the sum is planned as if each tap fed all channels. */
export const depthwiseConv2d: MakeKernel<'depthwise-conv2d'> = (layer, { inputs, outputs, constant }) => {
  const [image, out] = [inputs[0], outputs[0]];
  const plan = planSum(layer, image.type, constant(layer.weights), constant(layer.bias), out.type);
  const loop = windowLoop(layer, image, out);
  const { channels } = loop;
  const width = image.shape.at(-2)!;
  const { weights, productCast, sumCast, start } = plan;
  const windowColumns = layer.window[1];
  return () => {
    let at = 0;
    for (let y = 0; y < loop.rows; y++) {
      const [fromRow, toRow, imageRow] = loop.rowRange(y);
      for (let x = 0; x < loop.columns; x++) {
        const [fromColumn, toColumn, imageColumn] = loop.columnRange(x);
        for (let channel = 0; channel < channels; channel++) {
          let sum = start[channel];
          for (let row = fromRow; row < toRow; row++) {
            for (let column = fromColumn; column < toColumn; column++) {
              const value = image.raw[((imageRow + row) * width + imageColumn + column) * channels + channel];
              const product = value * weights[(row * windowColumns + column) * channels + channel];
              sum = plan.exact ? sum + product : castNumber(sum + castNumber(product, productCast), sumCast);
            }
          }
          out.raw[at++] = finish(plan, sum);
        }
      }
    }
  };
};
