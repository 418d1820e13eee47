import type { FixedFormat } from 'fixed-point-ts';
import { add, assign, assigned, exact, type Exact, multiply, subtract } from './exact.ts';
import type { Kernel, TypedValues } from './kernel.ts';
import { mapSlices } from './slices.ts';

/** hls4ml 1.3.0 `softmax_stable`, `softmax_latency`. */
export const tableSoftmax: Kernel<'table-softmax'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const { address, accumulator, inverseAddress } = layer;
  const [exp, inverse] = [constant(layer.expTable), constant(layer.inverseTable)];
  const out = mapSlices(layer.slices, x.raw, (slice) => {
    const largest = exact(
      slice.reduce((a, b) => (a > b ? a : b)),
      x.type,
    );
    const exponentials = slice.map((raw) => {
      const value = exact(raw, x.type);
      const argument = assign(layer.subtractLargest ? subtract(largest, value) : value, address);
      return assigned(exact(lookUp(exp, argument, address), exp.type), accumulator);
    });
    const sum = assign(treeSum(exponentials, accumulator), inverseAddress);
    const reciprocal = exact(lookUp(inverse, sum, inverseAddress), inverse.type);
    return exponentials.map((value) => assign(multiply(value, reciprocal), outputs[0].type));
  });
  return [out];
};

/** Sum in a balanced tree: the left part holds the largest power of two below the count. Source: hls4ml `reduce`. */
export function treeSum(values: readonly Exact[], type: FixedFormat): Exact {
  if (values.length === 1) return values[0];
  const left = 2 ** (Math.ceil(Math.log2(values.length)) - 1);
  return assigned(add(treeSum(values.slice(0, left), type), treeSum(values.slice(left), type)), type);
}

/** The entry addressed by the most significant bits of the argument's two's complement pattern. */
function lookUp(table: TypedValues, argument: bigint, type: FixedFormat): bigint {
  const pattern = BigInt.asUintN(type.width, argument);
  return table.raw[Number(pattern >> BigInt(type.width - Math.log2(table.raw.length)))];
}
