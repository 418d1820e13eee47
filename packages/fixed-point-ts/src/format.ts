/**
 * Fixed-point formats: what `ap_fixed<W,I,Q,O,N>`, `ap_ufixed`, `ap_int` and `ap_uint` can say.
 *
 * A stored value is an integer `raw` of W bits (two's complement when signed); its real value is
 * raw x 2^-(W-I). I may be negative or above W. An integer type is a format with I = W; `ap_int` differs from
 * `ap_fixed<W,W>` only in how a fraction assigned to it is cut: towards zero, not down.
 * Source: AMD UG1399, "Arbitrary Precision Fixed-Point Data Types".
 */
import { FormatError } from './format-error.ts';
import { powerOfTwo } from './power-of-two.ts';

/** Quantisation modes, named as in ap_fixed without the `AP_` prefix. */
export const ROUNDINGS = [
  'TRN',
  'TRN_ZERO',
  'RND',
  'RND_ZERO',
  'RND_INF',
  'RND_MIN_INF',
  'RND_CONV',
] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/** Overflow modes, named as in ap_fixed without the `AP_` prefix. */
export const OVERFLOWS = ['WRAP', 'SAT', 'SAT_ZERO', 'SAT_SYM', 'WRAP_SM'] as const;
export type Overflow = (typeof OVERFLOWS)[number];

/** Widest type, the default AP_INT_MAX_W of the ap_types headers. */
export const MAX_WIDTH = 1024;

/** Furthest binary point; far beyond the range of float64, and it keeps every exact shift affordable. */
const MAX_INTEGER_BITS = 65_536;

const smallest: bigint[] = [];
const largest: bigint[] = [];

export interface FixedFormat {
  readonly signed: boolean;
  /** W: all bits, 1 to 1024. */
  readonly width: number;
  /** I: bits left of the binary point, sign included; may be negative or above W. */
  readonly integerBits: number;
  readonly rounding: Rounding;
  readonly overflow: Overflow;
  /** N: saturated bits of WRAP and WRAP_SM, 0 to W; without effect in the other modes. */
  readonly saturationBits: number;
}

/** Bits right of the binary point, W - I; may be negative. */
export function fracBits(format: FixedFormat): number {
  return format.width - format.integerBits;
}

/** `ap_fixed<width, integerBits, rounding, overflow, saturationBits>`. @throws FormatError `FMT001`..`FMT004` */
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

/** `ap_int<width>`: `fixed(width, width, 'TRN_ZERO', 'WRAP')`, as a fraction assigned to it is cut towards zero. */
export function int(width: number): FixedFormat {
  return fixed(width, width, 'TRN_ZERO');
}

/** `ap_uint<width>`: `ufixed(width, width, 'TRN_ZERO', 'WRAP')`. */
export function uint(width: number): FixedFormat {
  return ufixed(width, width, 'TRN_ZERO');
}

/** Whether a format is that of an `ap_int` or `ap_uint`. */
export function isInt(format: FixedFormat): boolean {
  const { width, integerBits, rounding, overflow, saturationBits } = format;
  return integerBits === width && rounding === 'TRN_ZERO' && overflow === 'WRAP' && saturationBits === 0;
}

/** Smallest raw integer of a format. */
export function minRaw({ signed, width }: FixedFormat): bigint {
  return signed ? (smallest[width] ??= -powerOfTwo(width - 1)) : 0n;
}

/** Largest raw integer of a format. */
export function maxRaw({ signed, width }: FixedFormat): bigint {
  const digits = signed ? width - 1 : width;
  return (largest[digits] ??= powerOfTwo(digits) - 1n);
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
  const { signed, width, integerBits, overflow, saturationBits } = format;
  if (!Number.isInteger(width) || width < 1 || width > MAX_WIDTH) {
    throw new FormatError('FMT001', `width must be 1 to ${MAX_WIDTH} bits, not ${width}`);
  }
  if (!Number.isInteger(integerBits) || Math.abs(integerBits) > MAX_INTEGER_BITS) {
    throw new FormatError(
      'FMT002',
      `integer bits must be a whole number within +-${MAX_INTEGER_BITS}, not ${integerBits}`,
    );
  }
  if (!Number.isInteger(saturationBits) || saturationBits < 0 || saturationBits > width) {
    throw new FormatError('FMT003', `saturation bits must be 0 to ${width}, not ${saturationBits}`);
  }
  if (overflow === 'WRAP_SM' && !signed) {
    throw new FormatError('FMT004', 'WRAP_SM needs a signed type: there is no ap_ufixed with AP_WRAP_SM');
  }
  return format;
}
