import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { magnitude, type MakeKernel, needNumberRange, needNumberType } from './kernel.ts';

export const dot: MakeKernel<'dot'> = (layer, { inputs, outputs }) => {
  const [x, y, out] = [inputs[0], inputs[1], outputs[0]];
  const { accumulator } = layer;
  needNumberType(layer, 'accumulator', accumulator);
  needNumberRange(layer, 'a product', magnitude(x.type) * magnitude(y.type));
  needNumberRange(layer, 'a sum', 2 * magnitude(accumulator));
  const productCast = planCast(fracBits(x.type) + fracBits(y.type), accumulator);
  const sumCast = planCast(fracBits(accumulator), accumulator);
  const outCast = planCast(fracBits(accumulator), out.type);
  return () => {
    let sum = 0;
    for (let index = 0; index < x.raw.length; index++)
      sum = castNumber(sum + castNumber(x.raw[index] * y.raw[index], productCast), sumCast);
    out.raw[0] = castNumber(sum, outCast);
  };
};
