import { fracBits, numberCaster } from 'fixed-point-ts';
import type { MakeKernel } from './kernel.ts';

export const embedding: MakeKernel<'embedding'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0], outputs[0].raw];
  const rows = constant(layer.rows);
  const [count, size] = rows.shape;
  const entries = rows.raw.map(numberCaster(fracBits(rows.type), outputs[0].type));
  const unit = 2 ** Math.min(-fracBits(x.type), 1000);
  return () => {
    for (let index = 0; index < x.raw.length; index++) {
      const row = Math.min(Math.max(Math.trunc(x.raw[index] * unit), 0), count - 1);
      for (let j = 0; j < size; j++) out[index * size + j] = entries[row * size + j];
    }
  };
};
