/**
 * Sign, integer bits without the sign, and fraction bits of every element of a tensor: what interval arithmetic on
 * quantised networks carries along. Source: hls4ml 1.3.0 `bit_exact.py`, `qinterval.py`.
 */
import { fixed, type FixedFormat, ufixed } from 'fixed-point-ts';

export interface BitsArray {
  readonly signed: Uint8Array;
  readonly integer: Int32Array;
  readonly fraction: Int32Array;
}

/** More bits than any type has: nothing is known, or nothing is asked for. */
const ANY = 126;

export function emptyBits(size: number): BitsArray {
  return { signed: new Uint8Array(size), integer: new Int32Array(size), fraction: new Int32Array(size) };
}

export function anyBits(size: number): BitsArray {
  return {
    signed: new Uint8Array(size).fill(1),
    integer: new Int32Array(size).fill(ANY),
    fraction: new Int32Array(size).fill(ANY),
  };
}

/** The type that holds the largest of each over all elements; two bits far off where there is nothing to hold. */
export function typeOfBits({ signed, integer, fraction }: BitsArray): FixedFormat {
  const largest = (values: Iterable<number>) =>
    Array.from(values).reduce((a, b) => Math.max(a, b), -Infinity);
  return typeOf(largest(signed), largest(integer), largest(fraction));
}

export function typeOf(signed: number, integer: number, fraction: number): FixedFormat {
  const width = signed + integer + fraction;
  if (width < 1) return ufixed(2, 32);
  return (signed > 0 ? fixed : ufixed)(width, signed + integer);
}

/** Fraction bits that hold a number exactly, -31 for 0, at most 32. */
export function fractionOf(value: number): number {
  let low = -32;
  let high = 32;
  while (low < high - 1) {
    const middle = Math.floor((low + high) / 2);
    if (Number.isInteger(value * 2 ** middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Bits of constants, one element each; a 0 has none of any. */
export function bitsOfConstants(values: Float64Array): BitsArray {
  const bits = emptyBits(values.length);
  values.forEach((value, at) => {
    if (value === 0) return;
    const fraction = fractionOf(value);
    bits.signed[at] = value < 0 ? 1 : 0;
    bits.fraction[at] = fraction;
    bits.integer[at] = Math.ceil(Math.log2(Math.max(value + 2 ** -fraction, -value)));
  });
  return bits;
}

/** Interval and grid of numbers. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

export function intervalAt({ signed, integer, fraction }: BitsArray, at: number): Interval {
  const top = 2 ** integer[at];
  const step = 2 ** -fraction[at];
  return { low: signed[at] > 0 ? -top : 0, high: top - step, step };
}

export function setInterval(bits: BitsArray, at: number, { low, high, step }: Interval): void {
  if (low === 0 && high === 0) return;
  const fraction = Math.trunc(-Math.log2(step));
  bits.fraction[at] = fraction;
  bits.integer[at] = Math.ceil(Math.log2(Math.max(high + 2 ** -fraction, -low)));
  bits.signed[at] = low < 0 ? 1 : 0;
}
