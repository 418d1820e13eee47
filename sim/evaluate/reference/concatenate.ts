import { assign, exact } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** Blocks of the first and the second input in turn; a block is all axes from the joined one on. */
export const concatenate: Kernel<'concatenate'> = ({ axis }, { inputs, outputs }) => {
  const blocks = inputs.map((x) => {
    const size = x.shape.slice(axis).reduce((a, b) => a * b, 1);
    const values = x.raw.map((raw) => assign(exact(raw, x.type), outputs[0].type));
    return (block: number) => values.slice(block * size, (block + 1) * size);
  });
  const count = outputs[0].shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const out = Array.from({ length: count }, (_, block) => blocks.flatMap((take) => take(block))).flat();
  return [out];
};
