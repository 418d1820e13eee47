import { add, assign, assigned, exact, multiply, subtract, ZERO } from './exact.ts';
import type { Kernel } from './kernel.ts';

/** hls4ml 1.3.0 `layernorm_1d`. */
export const layerNormalization: Kernel<'layer-normalization'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const { accumulator: type } = layer;
  const [rows, size] = x.shape as [number, number];
  const [table, scale, shift] = [layer.table, layer.scale, layer.shift].map(constant);
  const inverse = exact(layer.inverseCount.raw, layer.inverseCount.type);
  const out: bigint[] = [];
  for (let row = 0; row < rows; row++) {
    const values = x.raw.slice(row * size, (row + 1) * size).map((raw) => assigned(exact(raw, x.type), type));
    const sum = values.reduce((total, value) => assigned(add(total, value), type), ZERO);
    const mean = assigned(multiply(sum, inverse), type);
    const differences = values.map((value) => assigned(subtract(value, mean), type));
    const squares = differences.reduce(
      (total, value) => assigned(add(total, assigned(multiply(value, value), type)), type),
      ZERO,
    );
    const variance = assigned(multiply(squares, inverse), type);
    const scaled = variance.raw * BigInt(table.raw.length) * 2n ** BigInt(layer.rangePower);
    const index = Number(
      variance.frac >= 0 ? scaled / 2n ** BigInt(variance.frac) : scaled << BigInt(-variance.frac),
    );
    const entry = exact(table.raw[Math.min(Math.max(index, 0), table.raw.length - 1)], table.type);
    differences.forEach((difference, at) => {
      const normal = multiply(multiply(difference, entry), exact(scale.raw[at], scale.type));
      out.push(assign(add(normal, exact(shift.raw[at], shift.type)), outputs[0].type));
    });
  }
  return [out];
};
