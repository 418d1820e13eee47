/**
 * Casts and arithmetic over whole arrays of raw integers, prepared once for a set of formats and then called often.
 *
 * Formats choose the path: JavaScript numbers where every raw integer and every exact result has at most 53 bits,
 * BigInt otherwise; results are the same. A call on the number path allocates nothing. Output may be an input array.
 * Kernels throw FormatError `VEC001` for BigInt arrays on the number path, `VEC002` for arrays of different lengths.
 */
import { castNumber, NUMBER_BITS, planCast } from './cast-plan.ts';
import { fracBits, isInt } from './format.ts';
import type { FixedFormat } from './format.ts';
import { checkLengths, numbersOf, store } from './raw-vector.ts';
import type { RawVector } from './raw-vector.ts';
import { addFormat, multiplyFormat, subtractFormat } from './result-format.ts';
import { cast } from './value.ts';

/** Writes one result for each element of its input; all arrays have one length. */
export type UnaryKernel = (out: RawVector, values: RawVector) => void;
export type BinaryKernel = (out: RawVector, left: RawVector, right: RawVector) => void;

/** Prepares `out = cast(values, to)`. */
export function castKernel(from: FixedFormat, to: FixedFormat): UnaryKernel {
  if (!onNumbers([], from, to)) {
    return (out, values) => {
      checkLengths(out, values);
      for (let i = 0; i < out.length; i++)
        store(out, i, cast({ raw: BigInt(values[i]), format: from }, to).raw);
    };
  }
  const plan = planCast(fracBits(from), to);
  return (out, values) => {
    checkLengths(out, values);
    const [target, source] = [numbersOf(out), numbersOf(values)];
    for (let i = 0; i < target.length; i++) target[i] = castNumber(source[i], plan);
  };
}

/** Prepares `out = cast(left + right, to)`. */
export function addKernel(left: FixedFormat, right: FixedFormat, to: FixedFormat): BinaryKernel {
  return sumKernel(left, right, addFormat(left, right), 1, to);
}

/** Prepares `out = cast(left - right, to)`. */
export function subtractKernel(left: FixedFormat, right: FixedFormat, to: FixedFormat): BinaryKernel {
  return sumKernel(left, right, subtractFormat(left, right), -1, to);
}

/** Prepares `out = cast(left * right, to)`. */
export function multiplyKernel(left: FixedFormat, right: FixedFormat, to: FixedFormat): BinaryKernel {
  const product = multiplyFormat(left, right);
  if (!onNumbers([left, right], product, to)) {
    return (out, x, y) => {
      checkLengths(out, x, y);
      for (let i = 0; i < out.length; i++) {
        store(out, i, cast({ raw: BigInt(x[i]) * BigInt(y[i]), format: product }, to).raw);
      }
    };
  }
  const plan = planCast(fracBits(product), to);
  return (out, x, y) => {
    checkLengths(out, x, y);
    const [target, a, b] = [numbersOf(out), numbersOf(x), numbersOf(y)];
    for (let i = 0; i < target.length; i++) target[i] = castNumber(a[i] * b[i], plan);
  };
}

/** left + sign x right, aligned to the fraction of the exact `sum`, then cast. */
function sumKernel(
  left: FixedFormat,
  right: FixedFormat,
  sum: FixedFormat,
  sign: 1 | -1,
  to: FixedFormat,
): BinaryKernel {
  const frac = fracBits(sum);
  const [leftShift, rightShift] = [frac - fracBits(left), frac - fracBits(right)];
  if (!onNumbers([left, right], sum, to)) {
    const [p, q, s] = [BigInt(leftShift), BigInt(rightShift), BigInt(sign)];
    return (out, x, y) => {
      checkLengths(out, x, y);
      for (let i = 0; i < out.length; i++) {
        const raw = (BigInt(x[i]) << p) + s * (BigInt(y[i]) << q);
        store(out, i, cast({ raw, format: sum }, to).raw);
      }
    };
  }
  const [p, q] = [2 ** leftShift, sign * 2 ** rightShift];
  const plan = planCast(frac, to);
  return (out, x, y) => {
    checkLengths(out, x, y);
    const [target, a, b] = [numbersOf(out), numbersOf(x), numbersOf(y)];
    for (let i = 0; i < target.length; i++) target[i] = castNumber(a[i] * p + b[i] * q, plan);
  };
}

/** Whether numbers hold the operands, the exact result and its cast; the one cast that looks at the type is left out. */
function onNumbers(operands: readonly FixedFormat[], result: FixedFormat, to: FixedFormat): boolean {
  if (isInt(to) && result.integerBits <= 0) return false;
  return [...operands, result, to].every(({ width }) => width <= NUMBER_BITS);
}
