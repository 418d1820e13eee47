import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { type MakeKernel, needNumberType } from './kernel.ts';

export const quantize: MakeKernel<'quantize'> = (layer, { inputs, outputs }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const plans = layer.types.map((type) => {
    needNumberType(layer, 'types', type);
    return { own: planCast(fracBits(x.type), type), out: planCast(fracBits(type), out.type) };
  });
  const chosen = layer.assignment.map((index) => plans[index]);
  return () => {
    for (let index = 0; index < chosen.length; index++) {
      const plan = chosen[index];
      out.raw[index] = plan ? castNumber(castNumber(x.raw[index], plan.own), plan.out) : 0;
    }
  };
};
