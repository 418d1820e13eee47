import { fracBits } from 'fixed-point-ts';
import { assign, exact, multiply } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml `elu`, `selu`: index = trunc(x n / -8), clamped. */
export const elu: Kernel<'elu'> = ({ positive, negative, table: name }, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const table = constant(name);
  const size = BigInt(table.raw.length);
  const frac = fracBits(x.type);
  const out = x.raw.map((raw) => {
    if (raw >= 0n) return multiply(exact(raw, x.type), exact(positive.raw, positive.type));
    const numerator = (-raw * size) << BigInt(Math.max(-frac, 0));
    const index = numerator / (8n << BigInt(Math.max(frac, 0)));
    const entry = table.raw[Number(index < size ? index : size - 1n)];
    return multiply(exact(entry, table.type), exact(negative.raw, negative.type));
  });
  return [out.map((value) => assign(value, outputs[0].type))];
};
