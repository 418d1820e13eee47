import { castNumber, fracBits, numberCaster, planCast } from 'fixed-point-ts';
import { magnitude, type MakeKernel, needNumberRange, needNumberType } from './kernel.ts';
import { sliceStarts } from './slices.ts';

export const tableSoftmax: MakeKernel<'table-softmax'> = (layer, { inputs, outputs, constant }) => {
  const { address, accumulator, inverseAddress, subtractLargest } = layer;
  const [x, out] = [inputs[0], outputs[0]];
  const [exp, inverse] = [constant(layer.expTable), constant(layer.inverseTable)];
  needNumberRange(layer, 'a difference', 2 * magnitude(x.type));
  needNumberType(layer, 'address', address);
  needNumberType(layer, 'inverseAddress', inverseAddress);
  needNumberRange(layer, 'a sum', 2 * magnitude(accumulator));
  needNumberRange(layer, 'an output', magnitude(accumulator) * magnitude(inverse.type));
  const entries = exp.raw.map(numberCaster(fracBits(exp.type), accumulator));
  const addressCast = planCast(fracBits(x.type), address);
  const sumCast = planCast(fracBits(accumulator), accumulator);
  const inverseCast = planCast(fracBits(accumulator), inverseAddress);
  const outCast = planCast(fracBits(accumulator) + fracBits(inverse.type), out.type);
  const expStep = 2 ** address.width / entries.length;
  const inverseStep = 2 ** inverseAddress.width / inverse.raw.length;
  const [, size, inner] = layer.slices;
  const starts = sliceStarts(layer.slices);
  const exponentials = new Float64Array(size);
  const tree = new Float64Array(size);

  /** Sums tree[from .. from + count) in place; the left part holds the largest power of two below the count. */
  const sumTree = (from: number, count: number): number => {
    if (count === 1) return tree[from];
    let left = 1;
    while (2 * left < count) left *= 2;
    return castNumber(sumTree(from, left) + sumTree(from + left, count - left), sumCast);
  };

  return () => {
    for (const start of starts) {
      let largest = 0;
      if (subtractLargest) {
        largest = x.raw[start];
        for (let j = 1; j < size; j++) largest = Math.max(largest, x.raw[start + j * inner]);
      }
      for (let j = 0; j < size; j++) {
        const value = x.raw[start + j * inner];
        const argument = castNumber(subtractLargest ? largest - value : value, addressCast);
        const entry = Math.floor(argument / expStep);
        exponentials[j] = tree[j] = entries[entry < 0 ? entry + entries.length : entry];
      }
      const sum = Math.floor(castNumber(sumTree(0, size), inverseCast) / inverseStep);
      const reciprocal = inverse.raw[sum < 0 ? sum + inverse.raw.length : sum];
      for (let j = 0; j < size; j++)
        out.raw[start + j * inner] = castNumber(exponentials[j] * reciprocal, outCast);
    }
  };
};
