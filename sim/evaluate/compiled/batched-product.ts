import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { aligned, magnitude, type MakeKernel, needNumberRange, needNumberType } from './kernel.ts';

export const batchedProduct: MakeKernel<'batched-product'> = (layer, { inputs, outputs }) => {
  const [a, b, out] = [inputs[0], inputs[1], outputs[0]];
  const { accumulator } = layer;
  const [, rows, terms] = a.shape;
  const columns = b.shape[1];
  const { frac, scaleA, scaleB } = aligned(fracBits(accumulator), fracBits(a.type) + fracBits(b.type));
  needNumberType(layer, 'accumulator', accumulator);
  const product = magnitude(a.type) * magnitude(b.type);
  needNumberRange(layer, 'a sum', magnitude(accumulator) * scaleA + product * scaleB);
  const sumCast = planCast(frac, accumulator);
  const outCast = planCast(fracBits(accumulator), out.type);
  return () => {
    for (let at = 0; at < out.raw.length; at++) {
      const row = Math.floor(at / columns);
      const left = row * terms;
      const right = (Math.floor(row / rows) * columns + (at % columns)) * terms;
      let sum = 0;
      for (let term = 0; term < terms; term++)
        sum = castNumber(sum * scaleA + a.raw[left + term] * b.raw[right + term] * scaleB, sumCast);
      out.raw[at] = castNumber(sum, outCast);
    }
  };
};
