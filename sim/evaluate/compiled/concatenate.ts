import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import type { MakeKernel } from './kernel.ts';

export const concatenate: MakeKernel<'concatenate'> = ({ axis }, { inputs, outputs }) => {
  const [out] = outputs;
  const parts = inputs.map((x) => ({
    raw: x.raw,
    size: x.shape.slice(axis).reduce((a, b) => a * b, 1),
    cast: planCast(fracBits(x.type), out.type),
  }));
  const stride = parts.reduce((total, { size }) => total + size, 0);
  return () => {
    let before = 0;
    for (const { raw, size, cast } of parts) {
      for (let at = 0; at < raw.length; at++) {
        const block = Math.floor(at / size);
        out.raw[block * stride + before + (at - block * size)] = castNumber(raw[at], cast);
      }
      before += size;
    }
  };
};
