/**
 * The look-up tables of hls4ml's activations, as its C++ fills them: computed in 32-bit floating point, then
 * assigned to the table's type.
 *
 * Math.exp in float64, rounded to float32, stands for `expf`: the two can differ only where the exact value lies
 * within 2^-29 of a rounding boundary of float32, far below one step of any table in use.
 * Source: hls4ml `nnet_activation.h` (init_sigmoid_table, init_exp_table, init_invert_table).
 */
import { castRaw, fixed, type FixedFormat, fracBits, fromNumber, maxRaw, minRaw } from 'fixed-point-ts';

const float = Math.fround;

/** Entry i = sigmoid(2 range (i - n/2) / n). */
export function sigmoidTable(size: number, range: number, type: FixedFormat): bigint[] {
  return Array.from({ length: size }, (_, index) => {
    const x = float((2 * range * (index - size / 2)) / size);
    return fromNumber(float(1 / float(1 + float(Math.exp(-x)))), type);
  });
}

const FUNCTIONS = {
  tanh: (x: number) => Math.tanh(x),
  softplus: (x: number) => float(Math.log(float(Math.exp(x)) + 1)),
  softsign: (x: number) => float(x / (Math.abs(x) + 1)),
} as const;

/** Entry i = f(2 range (i - n/2) / n). Source: hls4ml `init_tanh_table`, `init_softplus_table`, `init_softsign_table`. */
export function functionTable(
  name: keyof typeof FUNCTIONS,
  size: number,
  range: number,
  type: FixedFormat,
): bigint[] {
  return Array.from({ length: size }, (_, index) => {
    const x = float((2 * range * (index - size / 2)) / size);
    return fromNumber(FUNCTIONS[name](x), type);
  });
}

/** Entry i = exp(-8 i / n) - 1. Source: hls4ml `init_elu_table`. */
export function eluTable(size: number, type: FixedFormat): bigint[] {
  return Array.from({ length: size }, (_, index) =>
    fromNumber(float(float(Math.exp(float((-8 * index) / size))) - 1), type),
  );
}

/** Entry i = lambda alpha (exp(-8 i / n) - 1). Source: hls4ml `init_selu_table`. */
export function seluTable(size: number, type: FixedFormat): bigint[] {
  return Array.from({ length: size }, (_, index) => {
    const exp = float(Math.exp(float((-8 * index) / size)));
    return fromNumber(float(1.0507009873554805 * (1.6732632423543772 * (exp - 1))), type);
  });
}

/** Entry i = exp(16 (i - n/2) / n). Source: hls4ml `init_exp_table_legacy`. */
export function legacyExpTable(size: number, type: FixedFormat): bigint[] {
  return Array.from({ length: size }, (_, index) =>
    fromNumber(float(Math.exp(float((16 * (index - size / 2)) / size))), type),
  );
}

/** Entry i = n / (64 i), 0 for i = 0. Source: hls4ml `init_invert_table_legacy`. */
export function legacyInverseTable(size: number, type: FixedFormat): bigint[] {
  return Array.from({ length: size }, (_, index) =>
    index === 0 ? castRaw(0n, 0, type) : fromNumber(1 / float((64 * index) / size), type),
  );
}

/**
 * Entry i = exp(scale x), or exp(-scale x) if `negative`, where x has i as its most significant log2(n) bits in the type
 * `argument`, other bits 0.
 */
export function expTable(
  size: number,
  argument: FixedFormat,
  type: FixedFormat,
  negative = false,
  scale = 1,
): bigint[] {
  const factor = negative ? -scale : scale;
  return addressed(size, argument, (x) => float(Math.exp(float(x * factor))), type);
}

/** Entry i = 1/x, where x has i as its most significant log2(n) bits in the type `argument`; 1/0 is the largest value. */
export function inverseTable(size: number, argument: FixedFormat, type: FixedFormat): bigint[] {
  return addressed(size, argument, (x) => float(1 / x), type);
}

function addressed(
  size: number,
  argument: FixedFormat,
  f: (x: number) => number,
  type: FixedFormat,
): bigint[] {
  const shift = argument.width - Math.log2(size);
  return Array.from({ length: size }, (_, index) => {
    const pattern = BigInt(index) << BigInt(shift);
    const raw = argument.signed ? BigInt.asIntN(argument.width, pattern) : pattern;
    const value = f(float(Number(raw) * 2 ** -fracBits(argument)));
    if (Number.isFinite(value)) return fromNumber(value, type);
    return value > 0 ? maxRaw(type) : minRaw(type);
  });
}

/** Entry i = 1 / sqrt(10^-epsilonPower + i 2^-rangePower / n). Source: hls4ml 1.3.0 `init_invert_sqr_table`. */
export function inverseRootTable(
  size: number,
  epsilonPower: number,
  rangePower: number,
  type: FixedFormat,
): bigint[] {
  const lowest = float(10 ** -epsilonPower);
  const step = float(2 ** -rangePower / size);
  return Array.from({ length: size }, (_, index) => {
    const x = float(lowest + float(step * index));
    return fromNumber(1 / float(Math.sqrt(x)), type);
  });
}

/** The decimals that SparsePixels 0.2.1 multiplies by instead of dividing by the pool size. */
const RECIPROCALS = [0.5, 0.33333, 0.25, 0.2, 0.16667, 0.14286, 0.125, 0.11111, 0.1];

/** 1/pool as `sparse_pooling_avg` of SparsePixels 0.2.1 has it: pools 2 to 10 (1/2 wraps to -1/2), 0 for any other. */
export function sparsePixelsReciprocal(pool: number, type: FixedFormat = fixed(10, 0)): bigint {
  const decimal = RECIPROCALS[pool - 2];
  return decimal === undefined ? castRaw(0n, 0, type) : fromNumber(decimal, type);
}
