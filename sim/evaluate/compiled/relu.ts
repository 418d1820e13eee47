import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import type { Buffers } from './kernel.ts';

/** max(value, 0) assigned to the output type; the same loop for dense tensors and kept pixels. */
export function relu(_layer: unknown, { inputs, outputs }: Buffers): () => void {
  const [x, out] = [inputs[0].raw, outputs[0].raw];
  const cast = planCast(fracBits(inputs[0].type), outputs[0].type);
  return () => {
    for (let index = 0; index < x.length; index++) {
      const value = x[index];
      out[index] = value > 0 ? castNumber(value, cast) : 0;
    }
  };
}
