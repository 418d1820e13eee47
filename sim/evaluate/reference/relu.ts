import { assign, exact } from './exact.ts';
import type { KernelInputs } from './kernel.ts';

/** max(value, 0) assigned to the output type; the same rule for dense tensors and kept pixels. */
export function relu(_layer: unknown, { inputs, outputs }: KernelInputs): bigint[][] {
  const [x] = inputs;
  return [x.raw.map((raw) => assign(exact(raw > 0n ? raw : 0n, x.type), outputs[0].type))];
}
