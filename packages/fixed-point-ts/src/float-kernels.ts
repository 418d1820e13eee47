/** Conversion of whole arrays of floating-point numbers, prepared once for a format; nothing is allocated up to 53 bits. */
import { castNumber, NUMBER_BITS, planCast } from './cast-plan.ts';
import { fromNumber, toNumber } from './float.ts';
import { fracBits, isInt } from './format.ts';
import type { FixedFormat } from './format.ts';
import { checkLengths, numbersOf, store } from './raw-vector.ts';
import type { RawVector } from './raw-vector.ts';

export type FloatVector = Float32Array | Float64Array;

/**
 * Prepares `out = fromNumber(values, to)`: raw integers of floating-point numbers.
 *
 * The kernel throws FormatError `FLT001` at the first NaN or infinity; elements before it are then already written.
 */
export function fromNumberKernel(to: FixedFormat): (out: RawVector, values: FloatVector) => void {
  const frac = fracBits(to);
  // The plan rounds a number that is already scaled; a positive power of two scales every float64 exactly.
  const plan = to.width <= NUMBER_BITS && frac >= 0 && frac <= 900 && !isInt(to) ? planCast(frac, to) : null;
  if (plan === null || plan.exact) {
    return (out, values) => {
      checkLengths(out, values);
      for (let i = 0; i < values.length; i++) store(out, i, fromNumber(values[i], to));
    };
  }
  const scale = 2 ** frac;
  return (out, values) => {
    checkLengths(out, values);
    const target = numbersOf(out);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      // Past 2^100 the product might not be finite; NaN fails the comparison too.
      target[i] =
        Math.abs(value) < 2 ** 100 ? castNumber(value * scale, plan) : Number(fromNumber(value, to));
    }
  };
}

/** Prepares `out = toNumber(raws, format)`: the float64 nearest to each value. */
export function toNumberKernel(format: FixedFormat): (out: Float64Array, raws: RawVector) => void {
  const frac = fracBits(format);
  if (format.width > NUMBER_BITS || Math.abs(frac) > 900) {
    return (out, raws) => {
      checkLengths(out, raws);
      for (let i = 0; i < out.length; i++) out[i] = toNumber(BigInt(raws[i]), format);
    };
  }
  const scale = 2 ** -frac;
  return (out, raws) => {
    checkLengths(out, raws);
    const source = numbersOf(raws);
    for (let i = 0; i < out.length; i++) out[i] = source[i] * scale;
  };
}
