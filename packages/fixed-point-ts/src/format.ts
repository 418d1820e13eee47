/**
 * Fixed-point formats: what `ap_fixed<W,I,Q,O,N>`, `ap_ufixed`, `ap_int` and `ap_uint` can say.
 *
 * A stored value is an integer `raw` of W bits (two's complement when signed); its real value is
 * raw x 2^-(W-I). I may be negative or above W. An integer type is a format with I = W.
 * Source: AMD UG1399, "Arbitrary Precision Fixed-Point Data Types".
 */
import { FormatError } from './format-error.ts';

/** Quantisation modes, named as in ap_fixed without the `AP_` prefix. */
export const ROUNDINGS = ['TRN', 'TRN_ZERO', 'RND', 'RND_ZERO', 'RND_INF', 'RND_MIN_INF', 'RND_CONV'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/** Overflow modes, named as in ap_fixed without the `AP_` prefix. */
export const OVERFLOWS = ['WRAP', 'SAT', 'SAT_ZERO', 'SAT_SYM', 'WRAP_SM'] as const;
export type Overflow = (typeof OVERFLOWS)[number];

export interface FixedFormat {
  readonly signed: boolean;
  /** W: all bits, 1 to 1024. */
  readonly width: number;
  /** I: bits left of the binary point, sign included; may be negative or above W. */
  readonly integerBits: number;
  readonly rounding: Rounding;
  readonly overflow: Overflow;
  /** N: saturated bits of WRAP and WRAP_SM; 0 otherwise. */
  readonly saturationBits: number;
}

/** Bits right of the binary point, W - I; may be negative. */
export function fracBits(format: FixedFormat): number {
  return format.width - format.integerBits;
}

/** `ap_fixed<width, integerBits, rounding, overflow, saturationBits>`. @throws FormatError `FMT001`..`FMT003` */
export function fixed(
  width: number,
  integerBits: number,
  rounding: Rounding = 'TRN',
  overflow: Overflow = 'WRAP',
  saturationBits = 0,
): FixedFormat {
  return checked({ signed: true, width, integerBits, rounding, overflow, saturationBits });
}

/** `ap_ufixed<width, integerBits, rounding, overflow, saturationBits>`. @throws FormatError as {@link fixed} */
export function ufixed(
  width: number,
  integerBits: number,
  rounding: Rounding = 'TRN',
  overflow: Overflow = 'WRAP',
  saturationBits = 0,
): FixedFormat {
  return checked({ signed: false, width, integerBits, rounding, overflow, saturationBits });
}

/** `ap_int<width>`. */
export function int(width: number): FixedFormat {
  return fixed(width, width);
}

/** `ap_uint<width>`. */
export function uint(width: number): FixedFormat {
  return ufixed(width, width);
}

/** Smallest raw integer of a format. */
export function minRaw(format: FixedFormat): bigint {
  return format.signed ? -(1n << BigInt(format.width - 1)) : 0n;
}

/** Largest raw integer of a format. */
export function maxRaw(format: FixedFormat): bigint {
  return (1n << BigInt(format.signed ? format.width - 1 : format.width)) - 1n;
}

/** Whether two formats are the same in every part. */
export function sameFormat(a: FixedFormat, b: FixedFormat): boolean {
  return (
    a.signed === b.signed &&
    a.width === b.width &&
    a.integerBits === b.integerBits &&
    a.rounding === b.rounding &&
    a.overflow === b.overflow &&
    a.saturationBits === b.saturationBits
  );
}

/** Refuses what no C++ type can be. */
function checked(format: FixedFormat): FixedFormat {
  const { width, integerBits, saturationBits } = format;
  if (!Number.isInteger(width) || width < 1 || width > 1024) {
    throw new FormatError('FMT001', `width must be 1 to 1024 bits, not ${width}`);
  }
  if (!Number.isInteger(integerBits)) {
    throw new FormatError('FMT002', `integer bits must be a whole number, not ${integerBits}`);
  }
  if (!Number.isInteger(saturationBits) || saturationBits < 0 || saturationBits > width) {
    throw new FormatError('FMT003', `saturation bits must be 0 to ${width}, not ${saturationBits}`);
  }
  return format;
}
