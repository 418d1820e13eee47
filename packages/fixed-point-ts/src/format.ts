/**
 * Fixed-point formats: what `ap_fixed<W,I,Q,O,N>`, `ap_ufixed`, `ap_int` and `ap_uint` can say.
 *
 * A stored value is an integer `raw` of W bits (two's complement when signed); its real value is
 * raw x 2^-(W-I). I may be negative or above W. `ap_int<W>` is not `ap_fixed<W,W>`: a fraction assigned to it is cut
 * towards zero, not down, and its quotients and result types follow rules of their own.
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
  /** Set by {@link int} and {@link uint} alone: the type is `ap_int` or `ap_uint`, not an ap_fixed of the same values. */
  readonly integer?: true;
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

/** `ap_int<width>`: values and assignments of `fixed(width, width, 'TRN_ZERO', 'WRAP')`, operators of its own. */
export function int(width: number): FixedFormat {
  return { ...fixed(width, width, 'TRN_ZERO'), integer: true };
}

/** `ap_uint<width>`, see {@link int}. */
export function uint(width: number): FixedFormat {
  return { ...ufixed(width, width, 'TRN_ZERO'), integer: true };
}

/** Whether a format is that of an `ap_int` or `ap_uint`. */
export function isInt(format: FixedFormat): boolean {
  return format.integer === true;
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
    a.saturationBits === b.saturationBits &&
    isInt(a) === isInt(b)
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
