/**
 * The sum that dense layers and convolutions share, in one of two forms chosen from types and weights.
 *
 * `exact`: products and partial sums are plain numbers, one assignment at the end. Chosen where this provably
 * gives the same result as assigning every product and every partial sum to the accumulator:
 * (a) the accumulator has at least the fraction bits of product and bias, so that nothing is ever rounded, and
 * (b) either the accumulator is signed and |bias| + sum |weight| max|x| stays inside its range, so that no partial sum
 *     overflows, or
 *     it wraps without saturated bits, and reduction modulo 2^W commutes with addition (the one assignment at the end wraps).
 * `stepwise`: every assignment is made, as the kernel's C++ does.
 */
import {
  castNumber,
  type CastPlan,
  type FixedFormat,
  fracBits,
  maxRaw,
  NUMBER_BITS,
  planCast,
} from 'fixed-point-ts';
import type { Layer } from '../../model/index.ts';
import { magnitude, needNumberRange, needNumberType, type NumberTensor } from './kernel.ts';

export interface SumPlan {
  readonly exact: boolean;
  /** Sum before any product, per output. */
  readonly start: Float64Array;
  /** Weights, scaled to the fraction bits of the accumulator in an exact sum. */
  readonly weights: Float64Array;
  readonly productCast: CastPlan;
  readonly sumCast: CastPlan;
  readonly outCast: CastPlan;
}

/** @param weights  [inputs..., outputs], outputs fastest. @throws InputError `EVA002` */
export function planSum(
  layer: Layer & { accumulator: FixedFormat },
  x: FixedFormat,
  weights: NumberTensor,
  bias: NumberTensor,
  out: FixedFormat,
): SumPlan {
  const accumulator = numberAccumulator(layer.accumulator);
  needNumberType(layer, 'accumulator', accumulator);
  const productFrac = fracBits(x) + fracBits(weights.type);
  const accumulatorFrac = fracBits(accumulator);
  const casts = {
    productCast: planCast(productFrac, accumulator),
    sumCast: planCast(accumulatorFrac, accumulator),
    outCast: planCast(accumulatorFrac, out),
  };

  if (accumulatorFrac >= productFrac && accumulatorFrac >= fracBits(bias.type)) {
    const start = bias.raw.map((value) => value * 2 ** (accumulatorFrac - fracBits(bias.type)));
    const scaled = weights.raw.map((weight) => weight * 2 ** (accumulatorFrac - productFrac));
    const bound = largestSum(start, scaled, magnitude(x));
    const wraps = accumulator === layer.accumulator && overflowsModulo(accumulator);
    const inside = accumulator.signed && bound <= Number(maxRaw(accumulator));
    if ((inside || wraps) && bound < 2 ** NUMBER_BITS)
      return { exact: true, start, weights: scaled, ...casts };
  }

  needNumberType(layer, 'accumulator', layer.accumulator);
  needNumberRange(layer, 'a product', magnitude(x) * magnitude(weights.type));
  needNumberRange(layer, 'a sum', 2 * magnitude(accumulator));
  const biasCast = planCast(fracBits(bias.type), accumulator);
  return {
    exact: false,
    start: bias.raw.map((value) => castNumber(value, biasCast)),
    weights: weights.raw,
    ...casts,
  };
}

/**
 * The accumulator itself, or one of 53 bits in the place of a wider signed one with the same fraction: as long as
 * every partial sum lies inside the narrower, both compute the same.
 */
function numberAccumulator(accumulator: FixedFormat): FixedFormat {
  if (!accumulator.signed || accumulator.width <= NUMBER_BITS) return accumulator;
  return { ...accumulator, width: NUMBER_BITS, integerBits: NUMBER_BITS - fracBits(accumulator) };
}

function overflowsModulo({ overflow, saturationBits }: FixedFormat): boolean {
  return overflow === 'WRAP' && saturationBits === 0;
}

/** Largest |start[j]| + sum over i of |weights[i, j]| x bound. */
function largestSum(start: Float64Array, weights: Float64Array, bound: number): number {
  const outputs = start.length;
  const sums = start.map(Math.abs);
  weights.forEach((weight, at) => (sums[at % outputs] += Math.abs(weight) * bound));
  return sums.reduce((a, b) => Math.max(a, b), 0);
}

/** Adds x * row of weights to the sums; `at` is the row's offset. */
export function accumulate(plan: SumPlan, sums: Float64Array, x: number, at: number): void {
  const { weights, productCast, sumCast } = plan;
  if (plan.exact) {
    for (let j = 0; j < sums.length; j++) sums[j] += x * weights[at + j];
  } else {
    for (let j = 0; j < sums.length; j++) {
      sums[j] = castNumber(sums[j] + castNumber(x * weights[at + j], productCast), sumCast);
    }
  }
}

/** The final sum assigned to the accumulator and then to the output. */
export function finish(plan: SumPlan, sum: number): number {
  return castNumber(castNumber(sum, plan.sumCast), plan.outCast);
}
