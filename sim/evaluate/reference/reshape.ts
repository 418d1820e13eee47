import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';

export const reshape: Kernel<'reshape'> = (_layer, { inputs, outputs }) => {
  const [x] = inputs;
  return [x.raw.map((raw) => assign(exact(raw, x.type), outputs[0].type))];
};
