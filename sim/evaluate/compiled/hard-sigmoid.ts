import { castNumber, fracBits, numberCaster, planCast } from 'fixed-point-ts';
import { aligned, magnitude, type MakeKernel, needNumberRange } from './kernel.ts';

/** On the grid of slope x and shift, or of whole numbers if that is finer; 1 is `unit` there. */
export const hardSigmoid: MakeKernel<'hard-sigmoid'> = (layer, { inputs, outputs }) => {
  const { slope, shift, symmetric } = layer;
  const [x, out] = [inputs[0], outputs[0]];
  const line = aligned(fracBits(x.type) + fracBits(slope.type), Math.max(fracBits(shift.type), 0));
  const factor = Number(slope.raw) * line.scaleA;
  const summand = Number(shift.raw) * 2 ** (line.frac - fracBits(shift.type));
  const unit = 2 ** line.frac;
  needNumberRange(layer, 'the line', 2 * (magnitude(x.type) * Math.abs(factor) + Math.abs(summand)) + unit);
  const cast = planCast(line.frac, out.type);
  const toOut = numberCaster(line.frac, out.type);
  const [low, high] = [toOut(symmetric ? -unit : 0), toOut(unit)];
  return () => {
    for (let index = 0; index < x.raw.length; index++) {
      const value = x.raw[index] * factor + summand;
      if (value > unit) out.raw[index] = high;
      else if (value < 0) out.raw[index] = low;
      else out.raw[index] = castNumber(symmetric ? 2 * value - unit : value, cast);
    }
  };
};
