/**
 * Binary floating point in and out: every bit of a float64 or float32 counts, denormals included.
 *
 * Source: IEEE 754-2019, binary32 and binary64. The ap_types headers agree except on denormal doubles, to which they
 * add the implicit leading one that only normal numbers have; here they keep their exact value.
 */
import { castRaw, reinterpret } from './cast.ts';
import { FormatError } from './format-error.ts';
import { fracBits, isInt } from './format.ts';
import type { FixedFormat } from './format.ts';

const view = new DataView(new ArrayBuffer(8));

/** The exact number mantissa x 2^exponent. */
export interface BinaryNumber {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/**
 * Takes a float64 apart, exactly.
 *
 * @throws FormatError `FLT001` for NaN and infinities, which no fixed-point type holds
 */
export function binaryOf(value: number): BinaryNumber {
  if (!Number.isFinite(value)) {
    throw new FormatError(
      'FLT001',
      `${value} has no fixed-point value; only finite numbers can be converted`,
    );
  }
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: bits >> 63n ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 };
}

/**
 * Raw integer of a float64 assigned to a type.
 *
 * As in the headers, an ap_int or ap_uint takes a number strictly between -0.5 and 0 for 1: they shift it out to -1 as
 * if it were negative already, and then negate that. An ap_fixed is not affected.
 *
 * @throws FormatError `FLT001` for NaN and infinities
 * @example fromNumber(0.3, fixed(8, 2)) // 19n, 0.296875
 */
export function fromNumber(value: number, to: FixedFormat): bigint {
  const { mantissa, exponent } = binaryOf(value);
  if (value < 0 && value > -0.5 && isInt(to)) return reinterpret(1n, to);
  return castRaw(mantissa, -exponent, to);
}

/**
 * Raw integer of a float32 assigned to a type; the float64 given is first rounded to float32, as a C++ `float` is.
 *
 * @throws FormatError `FLT001` for NaN, infinities and numbers above the float32 range
 */
export function fromFloat32(value: number, to: FixedFormat): bigint {
  return fromNumber(Math.fround(value), to);
}

/**
 * The float64 nearest to raw x 2^-fracBits, ties to even, as `ap_fixed::to_double` gives it; exact when the raw integer
 * has at most 53 significant bits. Beyond the range of float64, where the headers return garbage, IEEE rules hold:
 * gradual underflow, then 0; overflow to an infinity.
 */
export function toNumber(raw: bigint, format: FixedFormat): number {
  return nearest(raw, -fracBits(format), 53, -1074);
}

/** The float32 nearest to raw x 2^-fracBits, ties to even, rounded once, as `ap_fixed::to_float` gives it. */
export function toFloat32(raw: bigint, format: FixedFormat): number {
  return Math.fround(nearest(raw, -fracBits(format), 24, -149));
}

/** raw x 2^exponent with at most `precision` significant bits, none of them below 2^least. */
function nearest(raw: bigint, exponent: number, precision: number, least: number): number {
  const magnitude = raw < 0n ? -raw : raw;
  const excess = Math.max(magnitude.toString(2).length - precision, least - exponent, 0);
  const rounded = excess === 0 ? magnitude : nearestEven(magnitude, BigInt(excess));
  const scaled = scale(Number(rounded), exponent + excess);
  return raw < 0n ? -scaled : scaled;
}

function nearestEven(magnitude: bigint, shift: bigint): bigint {
  const floor = magnitude >> shift;
  const rest = magnitude - (floor << shift);
  const half = 1n << (shift - 1n);
  return rest > half || (rest === half && (floor & 1n) === 1n) ? floor + 1n : floor;
}

/** value x 2^exponent for an exact result; in steps, as 2^exponent alone may leave the range of float64. */
function scale(value: number, exponent: number): number {
  let scaled = value;
  let rest = exponent;
  for (; rest > 1000 && scaled !== 0 && Number.isFinite(scaled); rest -= 1000) scaled *= 2 ** 1000;
  for (; rest < -1000 && scaled !== 0; rest += 1000) scaled *= 2 ** -1000;
  return scaled * 2 ** rest;
}
