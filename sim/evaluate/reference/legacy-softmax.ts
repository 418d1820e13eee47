import { add, assigned, assign, exact, type Exact, subtract, ZERO } from './exact.ts';
import type { Kernel } from './kernel.ts';
import { mapSlices } from './slices.ts';

/** hls4ml 1.3.0 `softmax_legacy`: both indices are truncated toward zero and clamped. */
export const legacySoftmax: Kernel<'legacy-softmax'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const [exp, inverse] = [constant(layer.expTable), constant(layer.inverseTable)];
  const out = mapSlices(layer.slices, x.raw, (slice) =>
    slice.map((own, i) => {
      let sum = ZERO;
      slice.forEach((other, j) => {
        const difference = subtract(exact(other, x.type), exact(own, x.type));
        const index = tableIndex(difference, exp.raw.length, 16n) + exp.raw.length / 2;
        const entry = exact(exp.raw[clamp(index, exp.raw.length)], exp.type);
        const term = i === j ? assigned({ raw: 1n, frac: 0 }, layer.sum) : assigned(entry, layer.sum);
        sum = assigned(add(sum, term), layer.sum);
      });
      const index = clamp(tableIndex(sum, inverse.raw.length, 64n), inverse.raw.length);
      return assign(exact(inverse.raw[index], inverse.type), outputs[0].type);
    }),
  );
  return [out];
};

/** trunc(value size / range), toward zero. */
function tableIndex({ raw, frac }: Exact, size: number, range: bigint): number {
  const numerator = (raw * BigInt(size)) << BigInt(Math.max(-frac, 0));
  return Number(numerator / (range << BigInt(Math.max(frac, 0))));
}

function clamp(index: number, size: number): number {
  return Math.min(Math.max(index, 0), size - 1);
}
