import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { aligned, magnitude, type MakeKernel, needNumberRange } from './kernel.ts';

export const scaleShift: MakeKernel<'scale-shift'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const [scale, shift] = [constant(layer.scale), constant(layer.shift)];
  const { frac, scaleA, scaleB } = aligned(fracBits(x.type) + fracBits(scale.type), fracBits(shift.type));
  needNumberRange(
    layer,
    'a result',
    magnitude(x.type) * magnitude(scale.type) * scaleA + magnitude(shift.type) * scaleB,
  );
  const factors = scale.raw.map((factor) => factor * scaleA);
  const summands = shift.raw.map((summand) => summand * scaleB);
  const cast = planCast(frac, out.type);
  return () => {
    for (let index = 0; index < x.raw.length; index++) {
      const value = x.raw[index] * factors[index % factors.length] + summands[index % summands.length];
      out.raw[index] = castNumber(value, cast);
    }
  };
};
