import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import type { LayerOf } from '../../model/index.ts';
import { aligned, magnitude, type MakeKernel, needNumberRange } from './kernel.ts';

export const merge: MakeKernel<'merge'> = (layer, { inputs, outputs }) => {
  const [x, y, out] = [inputs[0], inputs[1], outputs[0]];
  if (layer.operation === 'multiply') {
    needNumberRange(layer, 'a product', magnitude(x.type) * magnitude(y.type));
    const cast = planCast(fracBits(x.type) + fracBits(y.type), out.type);
    return () => {
      for (let index = 0; index < x.raw.length; index++)
        out.raw[index] = castNumber(x.raw[index] * y.raw[index], cast);
    };
  }
  const { frac, scaleA, scaleB } = aligned(fracBits(x.type), fracBits(y.type));
  needNumberRange(layer, 'a sum', magnitude(x.type) * scaleA + magnitude(y.type) * scaleB);
  const cast = planCast(layer.operation === 'average' ? frac + 1 : frac, out.type);
  const combine = OPERATIONS[layer.operation];
  return () => {
    for (let index = 0; index < x.raw.length; index++)
      out.raw[index] = castNumber(combine(x.raw[index] * scaleA, y.raw[index] * scaleB), cast);
  };
};

/** Means are sums on a grid of half the step. */
const OPERATIONS: Record<
  Exclude<LayerOf<'merge'>['operation'], 'multiply'>,
  (a: number, b: number) => number
> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  average: (a, b) => a + b,
  maximum: Math.max,
  minimum: Math.min,
};
