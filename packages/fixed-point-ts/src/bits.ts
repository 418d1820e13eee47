/**
 * Single bits, ranges of bits and concatenation. Bit 0 is the least significant bit of the raw integer.
 *
 * Source: UG1399, "Bit-level operations".
 */
import { alignedTo } from './arithmetic.ts';
import { reinterpret } from './cast.ts';
import { FormatError } from './format-error.ts';
import { formatText } from './format-text.ts';
import { fixed, fracBits, isInt, ufixed, uint } from './format.ts';
import type { FixedFormat } from './format.ts';
import { bitwiseFormat } from './result-format.ts';
import { ofBits } from './value.ts';
import type { Fixed } from './value.ts';

/** `a[index]`. @throws FormatError `BIT001` when there is no such bit */
export function bit(a: Fixed, index: number): boolean {
  refuseOutside(a.format, index);
  return ((a.raw >> BigInt(index)) & 1n) === 1n;
}

/** `a` with one bit replaced, `a[index] = on`. @throws FormatError `BIT001` */
export function withBit(a: Fixed, index: number, on: boolean): Fixed {
  return withRange(a, index, index, ofBits(on ? 1n : 0n, uint(1)));
}

/**
 * `a.range(high, low)` or `a(high, low)`: an unsigned integer of |high - low| + 1 bits; reversed when high < low.
 *
 * @throws FormatError `BIT001` when there is no such bit
 */
export function range(a: Fixed, high: number, low: number): Fixed {
  refuseOutside(a.format, high);
  refuseOutside(a.format, low);
  const format = uint(Math.abs(high - low) + 1);
  const bits = BigInt.asUintN(format.width, a.raw >> BigInt(Math.min(high, low)));
  return { raw: high >= low ? bits : reversed(bits, format.width), format };
}

/**
 * `a` with a range replaced by the low bits of another number, `a.range(high, low) = b`; reversed when high < low.
 *
 * @throws FormatError `BIT001` when there is no such bit
 */
export function withRange(a: Fixed, high: number, low: number, b: Fixed): Fixed {
  refuseOutside(a.format, high);
  refuseOutside(a.format, low);
  const width = Math.abs(high - low) + 1;
  const bits = BigInt.asUintN(width, b.raw);
  const offset = BigInt(Math.min(high, low));
  const mask = ((1n << BigInt(width)) - 1n) << offset;
  return ofBits((a.raw & ~mask) | ((high >= low ? bits : reversed(bits, width)) << offset), a.format);
}

/** `a.concat(b)` or `(a, b)`: the bits of `a` above those of `b`, an unsigned integer. */
export function concat(a: Fixed, b: Fixed): Fixed {
  const high = BigInt.asUintN(a.format.width, a.raw) << BigInt(b.format.width);
  return { raw: high | BigInt.asUintN(b.format.width, b.raw), format: uint(a.format.width + b.format.width) };
}

/** `a & b`, binary points aligned. */
export function bitAnd(a: Fixed, b: Fixed): Fixed {
  return bitwise(a, b, (left, right) => left & right);
}

/** `a | b`, binary points aligned. */
export function bitOr(a: Fixed, b: Fixed): Fixed {
  return bitwise(a, b, (left, right) => left | right);
}

/** `a ^ b`, binary points aligned. */
export function bitXor(a: Fixed, b: Fixed): Fixed {
  return bitwise(a, b, (left, right) => left ^ right);
}

/** `~a`: every bit inverted, in the same width; TRN and WRAP. */
export function bitNot(a: Fixed): Fixed {
  const { signed, width, integerBits } = a.format;
  const format = isInt(a.format) ? a.format : (signed ? fixed : ufixed)(width, integerBits);
  return { raw: reinterpret(~a.raw, format), format };
}

function bitwise(a: Fixed, b: Fixed, combine: (left: bigint, right: bigint) => bigint): Fixed {
  const format = bitwiseFormat(a.format, b.format);
  const frac = fracBits(format);
  return { raw: reinterpret(combine(alignedTo(a, frac), alignedTo(b, frac)), format), format };
}

function reversed(bits: bigint, width: number): bigint {
  return BigInt(`0b${[...bits.toString(2).padStart(width, '0')].reverse().join('')}`);
}

function refuseOutside(format: FixedFormat, index: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= format.width) {
    throw new FormatError('BIT001', `bit ${index} does not exist in ${formatText(format)}`);
  }
}
