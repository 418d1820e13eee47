import { add, assign, assigned, exact, multiply, subtract, ZERO } from './exact.ts';
import type { FixedFormat } from 'fixed-point-ts';
import type { Kernel, TypedValues } from './kernel.ts';

/** hls4ml `softmax_stable`: two tables addressed by the top bits of their argument. */
export const softmax: Kernel<'softmax'> = (layer, { inputs, outputs, constant }) => {
  const [x] = inputs;
  const exp = constant(layer.expTable);
  const inverse = constant(layer.inverseTable);
  const largest = x.raw.reduce((a, b) => (a > b ? a : b));

  const exponentials = x.raw.map((raw) => {
    const difference = assign(subtract(exact(raw, x.type), exact(largest, x.type)), layer.difference);
    return exact(lookUp(exp, difference, layer.difference), exp.type);
  });
  const sum = exponentials.reduce((a, b) => assigned(add(a, b), exp.type), ZERO);
  const reciprocal = exact(lookUp(inverse, sum.raw, exp.type), inverse.type);
  return [exponentials.map((value) => assign(multiply(value, reciprocal), outputs[0].type))];
};

/** The entry addressed by the most significant bits of the argument's two's complement pattern. */
function lookUp(table: TypedValues, argument: bigint, type: FixedFormat): bigint {
  const pattern = BigInt.asUintN(type.width, argument);
  const dropped = type.width - Math.log2(table.raw.length);
  return table.raw[Number(pattern >> BigInt(dropped))];
}
