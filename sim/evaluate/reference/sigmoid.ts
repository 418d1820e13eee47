import { fracBits } from 'fixed-point-ts';
import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml `sigmoid`: index = trunc(x n / (2 range)) + n/2, clamped. BigInt division truncates toward zero, as C++ does. */
export const sigmoid: Kernel<'sigmoid'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const table = constant(layer.table);
  const size = BigInt(table.raw.length);
  const frac = fracBits(x.type);
  const out = x.raw.map((raw) => {
    const numerator = (raw * size) << BigInt(Math.max(-frac, 0));
    const denominator = BigInt(2 * layer.range) << BigInt(Math.max(frac, 0));
    const index = numerator / denominator + size / 2n;
    const clamped = index < 0n ? 0n : index >= size ? size - 1n : index;
    return assign(exact(table.raw[Number(clamped)], table.type), outputs[0].type);
  });
  return [out];
};
