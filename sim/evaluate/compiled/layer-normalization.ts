import { castNumber, fracBits, planCast } from 'fixed-point-ts';
import { aligned, magnitude, type MakeKernel, needNumberRange, needNumberType } from './kernel.ts';

export const layerNormalization: MakeKernel<'layer-normalization'> = (
  layer,
  { inputs, outputs, constant },
) => {
  const [x, out] = [inputs[0], outputs[0]];
  const { accumulator, inverseCount } = layer;
  const [rows, size] = x.shape;
  const [table, scale, shift] = [layer.table, layer.scale, layer.shift].map(constant);
  const largest = magnitude(accumulator);
  needNumberType(layer, 'accumulator', accumulator);
  needNumberRange(layer, 'a square', largest * largest);
  needNumberRange(layer, 'a mean', largest * magnitude(inverseCount.type));
  const frac = fracBits(accumulator);
  const {
    frac: resultFrac,
    scaleA,
    scaleB,
  } = aligned(frac + fracBits(table.type) + fracBits(scale.type), fracBits(shift.type));
  const product = largest * magnitude(table.type) * magnitude(scale.type);
  needNumberRange(layer, 'a result', product * scaleA + magnitude(shift.type) * scaleB);
  const inCast = planCast(fracBits(x.type), accumulator);
  const sumCast = planCast(frac, accumulator);
  const squareCast = planCast(2 * frac, accumulator);
  const meanCast = planCast(frac + fracBits(inverseCount.type), accumulator);
  const outCast = planCast(resultFrac, out.type);
  const inverse = Number(inverseCount.raw);
  const perUnit = table.raw.length * 2 ** (layer.rangePower - frac);
  const differences = new Float64Array(size);
  return () => {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        differences[i] = castNumber(x.raw[row * size + i], inCast);
        sum = castNumber(sum + differences[i], sumCast);
      }
      const mean = castNumber(sum * inverse, meanCast);
      let squares = 0;
      for (let i = 0; i < size; i++) {
        differences[i] = castNumber(differences[i] - mean, sumCast);
        squares = castNumber(squares + castNumber(differences[i] * differences[i], squareCast), sumCast);
      }
      const index = Math.trunc(castNumber(squares * inverse, meanCast) * perUnit);
      const entry = table.raw[Math.min(Math.max(index, 0), table.raw.length - 1)];
      for (let i = 0; i < size; i++) {
        const value = differences[i] * entry * scale.raw[i] * scaleA + shift.raw[i] * scaleB;
        out.raw[row * size + i] = castNumber(value, outCast);
      }
    }
  };
};
