import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import type { MakeKernel } from './kernel.ts';

/** Entries are assigned to the output type when the kernel is made; negative values count from the end of the range. */
export const lookup: MakeKernel<'lookup'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const table = constant(layer.table);
  const cast = planCast(fracBits(table.type), out.type);
  const entries = table.raw.map((raw) => castNumber(raw, cast));
  const range = 2 ** x.type.width;
  return () => {
    for (let index = 0; index < x.raw.length; index++) {
      const raw = x.raw[index];
      out.raw[index] = entries[raw < 0 ? raw + range : raw];
    }
  };
};
