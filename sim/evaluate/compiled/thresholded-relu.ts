import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import type { MakeKernel } from './kernel.ts';

export const thresholdedRelu: MakeKernel<'thresholded-relu'> = ({ threshold }, { inputs, outputs }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const cast = planCast(fracBits(x.type), out.type);
  // the largest raw integer of the input's grid that is not above the threshold
  const shift = BigInt(Math.abs(fracBits(threshold.type) - fracBits(x.type)));
  const fits = fracBits(threshold.type) >= fracBits(x.type);
  const limit = Number(fits ? threshold.raw >> shift : threshold.raw << shift);
  return () => {
    for (let index = 0; index < x.raw.length; index++) {
      const value = x.raw[index];
      out.raw[index] = value > limit ? castNumber(value, cast) : 0;
    }
  };
};
