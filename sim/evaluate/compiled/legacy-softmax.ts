import { castNumber, fracBits, numberCaster, planCast } from 'fixed-point-ts';
import { magnitude, type MakeKernel, needNumberRange } from './kernel.ts';
import { sliceStarts } from './slices.ts';

export const legacySoftmax: MakeKernel<'legacy-softmax'> = (layer, { inputs, outputs, constant }) => {
  const [x, out] = [inputs[0], outputs[0]];
  const [exp, inverse] = [constant(layer.expTable), constant(layer.inverseTable)];
  needNumberRange(layer, 'the table index', 2 * magnitude(x.type) * exp.raw.length);
  needNumberRange(layer, 'a sum', 2 * magnitude(layer.sum) * inverse.raw.length);
  const entries = exp.raw.map(numberCaster(fracBits(exp.type), layer.sum));
  const results = inverse.raw.map(numberCaster(fracBits(inverse.type), out.type));
  const one = numberCaster(0, layer.sum)(1);
  const sumCast = planCast(fracBits(layer.sum), layer.sum);
  const expPerUnit = (entries.length / 16) * 2 ** -fracBits(x.type);
  const inversePerUnit = (results.length / 64) * 2 ** -fracBits(layer.sum);
  const [, size, inner] = layer.slices;
  const starts = sliceStarts(layer.slices);
  const clamp = (index: number, count: number) => Math.min(Math.max(index, 0), count - 1);
  return () => {
    for (const start of starts) {
      for (let i = 0; i < size; i++) {
        const own = x.raw[start + i * inner];
        let sum = 0;
        for (let j = 0; j < size; j++) {
          const index = Math.trunc((x.raw[start + j * inner] - own) * expPerUnit) + entries.length / 2;
          sum = castNumber(sum + (i === j ? one : entries[clamp(index, entries.length)]), sumCast);
        }
        const index = clamp(Math.trunc(sum * inversePerUnit), results.length);
        out.raw[start + i * inner] = results[index];
      }
    }
  };
};
