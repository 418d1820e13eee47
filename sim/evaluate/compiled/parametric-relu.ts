import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { magnitude, type MakeKernel, needNumberRange } from './kernel.ts';

export const parametricRelu: MakeKernel<'parametric-relu'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const slopes = constant(layer.slopes);
  needNumberRange(layer, 'a product', magnitude(x.type) * magnitude(slopes.type));
  const cast = planCast(fracBits(x.type), out.type);
  const productCast = planCast(fracBits(x.type) + fracBits(slopes.type), out.type);
  const one = slopes.raw.length === 1;
  return () => {
    for (let index = 0; index < x.raw.length; index++) {
      const value = x.raw[index];
      out.raw[index] =
        value > 0 ? castNumber(value, cast) : castNumber(value * slopes.raw[one ? 0 : index], productCast);
    }
  };
};
