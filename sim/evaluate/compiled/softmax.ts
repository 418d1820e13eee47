import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { magnitude, type MakeKernel, needNumberRange, needNumberType } from './kernel.ts';

export const softmax: MakeKernel<'softmax'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0].raw, outputs[0].raw];
  const [exp, inverse] = [constant(layer.expTable), constant(layer.inverseTable)];
  const xFrac = fracBits(inputs[0].type);
  needNumberRange(layer, 'a difference', 2 * magnitude(inputs[0].type));
  needNumberType(layer, 'difference', layer.difference);
  needNumberRange(layer, 'a sum', 2 * magnitude(exp.type));
  needNumberRange(layer, 'an output', magnitude(exp.type) * magnitude(inverse.type));
  const differenceCast = planCast(xFrac, layer.difference);
  const sumCast = planCast(fracBits(exp.type), exp.type);
  const outCast = planCast(fracBits(exp.type) + fracBits(inverse.type), outputs[0].type);
  const expIndex = topBits(layer.difference.width, exp.raw.length);
  const inverseIndex = topBits(exp.type.width, inverse.raw.length);
  const exponentials = new Float64Array(x.length);

  return () => {
    let largest = x[0];
    for (let index = 1; index < x.length; index++) largest = Math.max(largest, x[index]);
    let sum = 0;
    for (let index = 0; index < x.length; index++) {
      const value = exp.raw[expIndex(castNumber(x[index] - largest, differenceCast))];
      exponentials[index] = value;
      sum = castNumber(sum + value, sumCast);
    }
    const reciprocal = inverse.raw[inverseIndex(sum)];
    for (let index = 0; index < x.length; index++)
      out[index] = castNumber(exponentials[index] * reciprocal, outCast);
  };
};

/** Index of a table of `size` entries: the top bits of a number's two's complement pattern of `width` bits. */
function topBits(width: number, size: number): (value: number) => number {
  const step = 2 ** width / size;
  return (value) => {
    const index = Math.floor(value / step);
    return index < 0 ? index + size : index;
  };
}
