import { fracBits } from 'fixed-point-ts';
import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml `embedding`: the row number is the input cut toward zero. Rows beyond the table are taken to its ends. */
export const embedding: Kernel<'embedding'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const rows = constant(layer.rows);
  const [count, size] = rows.shape as [number, number];
  const frac = fracBits(x.type);
  const out = x.raw.flatMap((raw) => {
    const number = (raw << BigInt(Math.max(-frac, 0))) / (1n << BigInt(Math.max(frac, 0)));
    const row = Math.min(Math.max(Number(number), 0), count - 1);
    return rows.raw
      .slice(row * size, (row + 1) * size)
      .map((entry) => assign(exact(entry, rows.type), outputs[0].type));
  });
  return [out];
};
