import { fracBits, numberCaster } from 'fixed-point-ts';
import { type MakeKernel, needNumberRange, magnitude } from './kernel.ts';

export const sign: MakeKernel<'sign'> = (layer, { inputs, outputs }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const oneBit = !out.type.signed && out.type.width === 1;
  const level = numberCaster(0, out.type);
  const [low, middle, high] = layer.levels === 2 && oneBit ? [0, 0, 1] : [level(-1), level(0), level(1)];
  if (layer.levels === 2) {
    return () => {
      for (let index = 0; index < x.raw.length; index++) out.raw[index] = x.raw[index] >= 0 ? high : low;
    };
  }
  needNumberRange(layer, 'twice the input', 2 * magnitude(x.type));
  const twice = numberCaster(fracBits(x.type), x.type);
  const unit = 2 ** fracBits(x.type);
  return () => {
    for (let index = 0; index < x.raw.length; index++) {
      const value = twice(2 * x.raw[index]);
      out.raw[index] = value > unit ? high : value > -unit ? middle : low;
    }
  };
};
