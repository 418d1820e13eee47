import { accumulate, finish, planSum } from './dense-sum.ts';
import type { MakeKernel } from './kernel.ts';
import { imageShape } from '../../model/layer-kind.ts';
import { windowLoop } from './window.ts';

/** Pixels of value 0 are skipped: they add 0 to sums of the accumulator's type. */
export const conv2d: MakeKernel<'conv2d'> = (layer, { inputs, outputs, constant }) => {
  const [image, out] = [inputs[0], outputs[0]];
  const weights = constant(layer.weights);
  const plan = planSum(layer, image.type, weights, constant(layer.bias), out.type);
  const loop = windowLoop(layer, image, out);
  const { channels } = loop;
  const [, width] = imageShape(image.shape);
  const windowColumns = layer.window[1];
  const sums = new Float64Array(weights.shape[3]);

  return () => {
    let at = 0;
    for (let y = 0; y < loop.rows; y++) {
      const [fromRow, toRow, imageRow] = loop.rowRange(y);
      for (let x = 0; x < loop.columns; x++) {
        const [fromColumn, toColumn, imageColumn] = loop.columnRange(x);
        sums.set(plan.start);
        for (let row = fromRow; row < toRow; row++) {
          const pixels = ((imageRow + row) * width + imageColumn) * channels;
          const taps = row * windowColumns * channels;
          for (let i = fromColumn * channels; i < toColumn * channels; i++) {
            const value = image.raw[pixels + i];
            if (value !== 0) accumulate(plan, sums, value, (taps + i) * sums.length);
          }
        }
        for (let j = 0; j < sums.length; j++) out.raw[at++] = finish(plan, sums[j]);
      }
    }
  };
};
