import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { type MakeKernel, needNumberType } from './kernel.ts';

export const sparseQuantize: MakeKernel<'sparse-quantize'> = (layer, { inputs, outputs }) => {
  const [x, places, out] = [inputs[0], inputs[1].raw, outputs[0]];
  const [slots, channels] = x.shape as [number, number];
  const plans = layer.types.map((type) => {
    needNumberType(layer, 'types', type);
    return { own: planCast(fracBits(x.type), type), out: planCast(fracBits(type), out.type) };
  });
  const chosen = layer.assignment.map((index) => plans[index]);
  return () => {
    out.raw.fill(0);
    for (let slot = 0; slot < slots; slot++) {
      if (places[2 * slot] === 0) continue;
      const pixel = ((places[2 * slot] - 1) * layer.width + places[2 * slot + 1] - 1) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const plan = chosen[pixel + channel];
        const at = slot * channels + channel;
        if (plan) out.raw[at] = castNumber(castNumber(x.raw[at], plan.own), plan.out);
      }
    }
  };
};
