import { castNumber, fracBits, numberCaster, planCast } from 'fixed-point-ts';
import { magnitude, type MakeKernel, needNumberRange } from './kernel.ts';

/** The table's entries are multiplied and assigned once, when the kernel is made. */
export const elu: MakeKernel<'elu'> = (layer, { inputs, outputs, constant }) => {
  const { positive, negative } = layer;
  const [x, out] = [inputs[0], outputs[0]];
  const table = constant(layer.table);
  const factor = Number(positive.raw);
  needNumberRange(layer, 'a product', magnitude(x.type) * magnitude(positive.type));
  needNumberRange(layer, 'a table entry', magnitude(table.type) * magnitude(negative.type));
  needNumberRange(layer, 'the table index', magnitude(x.type) * table.raw.length);
  const entryCast = numberCaster(fracBits(table.type) + fracBits(negative.type), out.type);
  const entries = table.raw.map((entry) => entryCast(entry * Number(negative.raw)));
  const outCast = planCast(fracBits(x.type) + fracBits(positive.type), out.type);
  const last = entries.length - 1;
  const perUnit = (entries.length / 8) * 2 ** Math.min(-fracBits(x.type), 1000);
  return () => {
    for (let index = 0; index < x.raw.length; index++) {
      const value = x.raw[index];
      out.raw[index] =
        value >= 0
          ? castNumber(value * factor, outCast)
          : entries[Math.min(Math.trunc(-value * perUnit), last)];
    }
  };
};
