/** Types for constants: the fewest bits that hold a number exactly. */
import { binaryOf, fixed, type FixedFormat, ufixed, uint } from 'fixed-point-ts';

/** Sign, integer bits and fraction bits (`kif`) of the smallest type that holds all numbers exactly. */
export interface Bits {
  readonly signed: boolean;
  /** Without the sign bit; may be negative. */
  readonly integerBits: number;
  readonly fracBits: number;
}

/** @param values  finite numbers. Source: hls4ml 1.3.0 `minimal_kif`. */
export function minimalBits(values: Iterable<number>): Bits {
  let signed = false;
  let integerBits = -Infinity;
  let fracBits = -Infinity;
  for (const value of values) {
    if (value === 0) continue;
    const { mantissa, exponent } = binaryOf(value);
    let odd = mantissa < 0n ? -mantissa : mantissa;
    let step = exponent;
    for (; (odd & 1n) === 0n; odd >>= 1n) step++;
    signed ||= value < 0;
    fracBits = Math.max(fracBits, -step);
    // -2^n needs n bits beside the sign, 2^n one more
    const digits = value < 0 && odd === 1n ? 0 : odd.toString(2).length;
    integerBits = Math.max(integerBits, digits + step);
  }
  if (integerBits === -Infinity) return { signed: false, integerBits: 0, fracBits: 0 };
  return { signed, integerBits, fracBits };
}

/** The type hls4ml gives the parameter of an activation: exact, but of at most 8 bits beside the sign. */
export function constantType(value: number, maxWidth = 8): FixedFormat {
  if (value === 0) return uint(1);
  const { signed, integerBits, fracBits } = minimalBits([value]);
  const sign = signed ? 1 : 0;
  const width = Math.min(integerBits + fracBits, maxWidth) + sign;
  return (signed ? fixed : ufixed)(width, integerBits + sign);
}
