/** Where ap_types compares a number with a threshold as if both were unsigned. */
import { type FixedFormat, fracBits } from 'fixed-point-ts';

/**
 * Whether negative numbers of a type are greater than every small threshold of another. ap_types shifts the operand of
 * fewer fraction bits to the other's grid and compares the stored integers as C++ does: an unsigned one of at least 32 bits
 * that is no narrower makes the signed one unsigned. Source: measured with hls4ml 1.3.0's ap_types
 * compiled by g++, at 8 x 13 pairs of widths.
 */
export function comparesUnsigned(x: FixedFormat, threshold: FixedFormat): boolean {
  if (!x.signed || threshold.signed) return false;
  const finest = Math.max(fracBits(x), fracBits(threshold));
  const aligned = (type: FixedFormat) => type.width + finest - fracBits(type);
  return aligned(threshold) >= Math.max(32, aligned(x));
}
