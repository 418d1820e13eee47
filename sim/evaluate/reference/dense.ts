import type { FixedFormat } from 'fixed-point-ts';
import { add, assign, assigned, exact, multiply } from './exact.ts';
import type { Kernel, TypedValues } from './kernel.ts';

/** hls4ml `dense_latency`. */
export const dense: Kernel<'dense'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const out = outputs[0];
  return [
    denseSum(x.raw, x.type, constant(layer.weights), constant(layer.bias), layer.accumulator, out.type),
  ];
};

/**
 * For each output: the bias assigned to the accumulator, then every product assigned to it and added, in input
 * order; the result assigned to `out`. Weights are [inputs, outputs].
 */
export function denseSum(
  x: readonly bigint[],
  type: FixedFormat,
  weights: Pick<TypedValues, 'raw' | 'type'>,
  bias: TypedValues,
  accumulator: FixedFormat,
  out: FixedFormat,
): bigint[] {
  return bias.raw.map((start, j) => {
    let sum = assigned(exact(start, bias.type), accumulator);
    x.forEach((raw, i) => {
      const weight = exact(weights.raw[i * bias.raw.length + j], weights.type);
      const product = assigned(multiply(exact(raw, type), weight), accumulator);
      sum = assigned(add(sum, product), accumulator);
    });
    return assign(sum, out);
  });
}
