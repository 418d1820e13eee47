import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml 1.3.0 `unary_lut`. */
export const lookup: Kernel<'lookup'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const table = constant(layer.table);
  const entry = (raw: bigint) => table.raw[Number(BigInt.asUintN(x.type.width, raw))];
  return [x.raw.map((raw) => assign(exact(entry(raw), table.type), outputs[0].type))];
};
