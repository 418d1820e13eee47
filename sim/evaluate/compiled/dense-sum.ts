/**
 * The sum that dense layers and convolutions share, in one of two forms chosen from types and weights.
 *
 * `exact`: products and partial sums are plain numbers, one assignment at the end. Chosen where this provably
 * gives the same result as assigning every product and every partial sum to the accumulator:
 * (a) the accumulator has at least the fraction bits of product and bias, so that nothing is ever rounded, and
 * (b) either |bias| + sum |weight| max|x| stays inside the accumulator's range, so that no overflow happens, or
 *     the accumulator wraps without saturated bits, and reduction modulo 2^W commutes with addition.
 * `stepwise`: every assignment is made, as the kernel's C++ does.
 */
import { type FixedFormat, fracBits, maxRaw, minRaw, numberCaster } from 'fixed-point-ts';
import type { Layer } from '../../model/index.ts';
import { aligned, magnitude, needNumberRange, type NumberTensor } from './kernel.ts';

export interface SumPlan {
  readonly exact: boolean;
  /** Sum before any product, per output. */
  readonly start: Float64Array;
  /** Weights scaled to the fraction bits of the sum. */
  readonly weights: Float64Array;
  /** Assignment of a product to the accumulator (stepwise). */
  readonly castProduct: (product: number) => number;
  /** Assignment of a partial sum to the accumulator (stepwise). */
  readonly castSum: (sum: number) => number;
  /** Assignment of the final sum to the accumulator and to the output. */
  readonly finish: (sum: number) => number;
}

/** @param weights  [inputs..., outputs], outputs fastest. @throws InputError `EVA002` */
export function planSum(
  layer: Layer & { accumulator: FixedFormat },
  x: FixedFormat,
  weights: NumberTensor,
  bias: NumberTensor,
  out: FixedFormat,
): SumPlan {
  const { accumulator } = layer;
  const outputs = bias.raw.length;
  const productFrac = fracBits(x) + fracBits(weights.type);
  const accumulatorFrac = fracBits(accumulator);
  const castToOut = numberCaster(accumulatorFrac, out);

  if (accumulatorFrac >= productFrac && accumulatorFrac >= fracBits(bias.type)) {
    const scale = 2 ** (accumulatorFrac - productFrac);
    const start = bias.raw.map((value) => value * 2 ** (accumulatorFrac - fracBits(bias.type)));
    const scaled = weights.raw.map((weight) => weight * scale);
    const bound = largestSum(start, scaled, magnitude(x));
    const fits = bound <= Math.min(Number(maxRaw(accumulator)), -Number(minRaw(accumulator)) || Infinity);
    const nonNegative =
      !accumulator.signed && !x.signed && scaled.every((w) => w >= 0) && start.every((b) => b >= 0);
    const inRange = fits && (accumulator.signed || nonNegative);
    const wraps = accumulator.overflow === 'WRAP' && accumulator.saturationBits === 0;
    if ((inRange || wraps) && bound < 2 ** 53) {
      const wrap = numberCaster(accumulatorFrac, accumulator);
      const finish = inRange ? castToOut : (sum: number) => castToOut(wrap(sum));
      const unused = (value: number) => value;
      return { exact: true, start, weights: scaled, castProduct: unused, castSum: unused, finish };
    }
  }

  const product = magnitude(x) * magnitude(weights.type);
  needNumberRange(layer, 'a product', product);
  needNumberRange(layer, 'a sum', 2 * magnitude(accumulator));
  const castBias = numberCaster(fracBits(bias.type), accumulator);
  return {
    exact: false,
    start: Float64Array.from({ length: outputs }, (_, j) => castBias(bias.raw[j]!)),
    weights: weights.raw,
    castProduct: numberCaster(productFrac, accumulator),
    castSum: numberCaster(aligned(accumulatorFrac, accumulatorFrac).frac, accumulator),
    finish: castToOut,
  };
}

/** Largest |start[j]| + sum over i of |weights[i, j]| x bound. */
function largestSum(start: Float64Array, weights: Float64Array, bound: number): number {
  const outputs = start.length;
  const sums = start.map(Math.abs);
  weights.forEach((weight, at) => (sums[at % outputs]! += Math.abs(weight) * bound));
  return sums.reduce((a, b) => Math.max(a, b), 0);
}

/** Adds x * row of weights to the sums; `at` is the row's offset. */
export function accumulate(plan: SumPlan, sums: Float64Array, x: number, at: number): void {
  const { weights } = plan;
  if (plan.exact) {
    for (let j = 0; j < sums.length; j++) sums[j]! += x * weights[at + j]!;
  } else {
    const { castProduct, castSum } = plan;
    for (let j = 0; j < sums.length; j++) sums[j] = castSum(sums[j]! + castProduct(x * weights[at + j]!));
  }
}
