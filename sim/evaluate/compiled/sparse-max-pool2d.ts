import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import type { MakeKernel } from './kernel.ts';
import { makeSparsePool } from './sparse-pool.ts';

export const sparseMaxPool2d: MakeKernel<'sparse-max-pool2d'> = (layer, buffers) => {
  const [features, out] = [buffers.inputs[0], buffers.outputs[0]];
  const channels = features.shape[1];
  const whole = layer.dialect === 'sparsepixels-0.3.2' ? layer.pool ** 2 : Infinity;
  const outCast = planCast(fracBits(features.type), out.type);

  return makeSparsePool(layer, buffers, (first, channel, next) => {
    let largest = -Infinity;
    let count = 0;
    for (let slot = first; slot >= 0; slot = next[slot]!) {
      count++;
      largest = Math.max(largest, features.raw[slot * channels + channel]);
    }
    return castNumber(count >= whole ? largest : Math.max(largest, 0), outCast);
  });
};
