import { numberCaster } from 'fixed-point-ts';
import type { MakeKernel } from './kernel.ts';
import { sliceStarts } from './slices.ts';

export const argmax: MakeKernel<'argmax'> = ({ slices }, { inputs, outputs }) => {
  const [x, out] = [inputs[0].raw, outputs[0]];
  const one = numberCaster(0, out.type)(1);
  const [, size, inner] = slices;
  const starts = sliceStarts(slices);
  return () => {
    out.raw.fill(0);
    for (const start of starts) {
      let best = start;
      for (let j = 1; j < size; j++) if (x[start + j * inner] > x[best]) best = start + j * inner;
      out.raw[best] = one;
    }
  };
};
