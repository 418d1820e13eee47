import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import type { MakeKernel } from './kernel.ts';

export const flatten: MakeKernel<'flatten'> = (_layer, { inputs, outputs }) => {
  const [x, out] = [inputs[0].raw, outputs[0].raw];
  const cast = planCast(fracBits(inputs[0].type), outputs[0].type);
  return () => {
    for (let index = 0; index < x.length; index++) out[index] = castNumber(x[index], cast);
  };
};
