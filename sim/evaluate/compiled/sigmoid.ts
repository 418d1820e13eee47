import { fracBits, numberCaster } from 'fixed-point-ts';
import { magnitude, type MakeKernel, needNumberRange } from './kernel.ts';

/** Table entries are assigned to the output type once, when the kernel is made. */
export const sigmoid: MakeKernel<'sigmoid'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0], outputs[0].raw];
  const table = constant(layer.table);
  const entries = table.raw.map(numberCaster(fracBits(table.type), outputs[0].type));
  const size = entries.length;
  // size is a multiple of 2 range, so this factor is a whole number times a power of two: the product is exact
  const perUnit = size / (2 * layer.range);
  needNumberRange(layer, 'the table index', magnitude(x.type) * perUnit);
  // beyond 2^1000 every number but 0 is off the table anyway, and infinity x 0 is none
  const unit = 2 ** Math.min(-fracBits(x.type), 1000);
  return () => {
    for (let index = 0; index < out.length; index++) {
      const entry = Math.trunc(x.raw[index] * perUnit * unit) + size / 2;
      out[index] = entries[entry < 0 ? 0 : entry >= size ? size - 1 : entry]!;
    }
  };
};
