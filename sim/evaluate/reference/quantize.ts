import { assign, assigned, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';

export const quantize: Kernel<'quantize'> = ({ types, assignment }, { inputs, outputs }) => {
  const [x] = inputs;
  const out = x.raw.map((raw, index) => {
    const which = assignment[index];
    return which < 0 ? 0n : assign(assigned(exact(raw, x.type), types[which]), outputs[0].type);
  });
  return [out];
};
