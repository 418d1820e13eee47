/**
 * Comparison: the exact order of two numbers, and the six C++ operators as the ap_types headers simulate them.
 *
 * The two agree except where one operand is signed, the other unsigned and at least as wide, and one of them has 32
 * bits or more: there the headers follow the C rule and compare bit patterns as unsigned integers, so that
 * `ap_int<32>(-1) < ap_uint<32>(1)` is false. The widths that count are those after the binary points are aligned.
 * Against a SAT_SYM operand with the shorter fraction, the headers also take its minimum for the number above it.
 */
import { alignedTo } from './arithmetic.ts';
import { fracBits, minRaw } from './format.ts';
import type { Fixed } from './value.ts';

/** -1, 0 or 1 as the value of `a` is less than, equal to or greater than that of `b`; exact for any two formats. */
export function compare(a: Fixed, b: Fixed): -1 | 0 | 1 {
  const frac = Math.max(fracBits(a.format), fracBits(b.format));
  return order(alignedTo(a, frac), alignedTo(b, frac));
}

/** `a < b` in C++. */
export function less(a: Fixed, b: Fixed): boolean {
  return cppOrder(a, b) < 0;
}

/** `a <= b` in C++. */
export function lessOrEqual(a: Fixed, b: Fixed): boolean {
  return cppOrder(a, b) <= 0;
}

/** `a > b` in C++. */
export function greater(a: Fixed, b: Fixed): boolean {
  return cppOrder(a, b) > 0;
}

/** `a >= b` in C++. */
export function greaterOrEqual(a: Fixed, b: Fixed): boolean {
  return cppOrder(a, b) >= 0;
}

/** `a == b` in C++: equal bit patterns, in the wider of the two widths and at least 32 bits. */
export function equal(a: Fixed, b: Fixed): boolean {
  const [left, right] = alignedOperands(a, b);
  const width = Math.max(left.width, right.width, 32);
  return BigInt.asUintN(width, left.raw) === BigInt.asUintN(width, right.raw);
}

/** `a != b` in C++. */
export function notEqual(a: Fixed, b: Fixed): boolean {
  return !equal(a, b);
}

function cppOrder(a: Fixed, b: Fixed): -1 | 0 | 1 {
  const [left, right] = alignedOperands(a, b);
  const [signed, unsigned] = a.format.signed ? [left, right] : [right, left];
  const small = left.width < 32 && right.width < 32;
  if (a.format.signed === b.format.signed || small || unsigned.width < signed.width)
    return order(left.raw, right.raw);
  const width = Math.max(left.width, right.width) + 1;
  return order(BigInt.asUintN(width, left.raw), BigInt.asUintN(width, right.raw));
}

interface Operand {
  readonly raw: bigint;
  readonly width: number;
}

/** Both operands at the longer fraction, in the widths the headers give them. */
function alignedOperands(a: Fixed, b: Fixed): readonly [Operand, Operand] {
  const longer = fracBits(a.format) - fracBits(b.format);
  const left = { raw: a.raw, width: a.format.width };
  const right = { raw: b.raw, width: b.format.width };
  if (longer === 0) return [left, right];
  if (longer < 0) return [{ raw: left.raw << BigInt(-longer), width: left.width - longer + 1 }, right];
  const { signed, overflow } = b.format;
  const nudge = signed && overflow === 'SAT_SYM' && b.raw === minRaw(b.format) ? 1n : 0n;
  return [left, { raw: (right.raw << BigInt(longer)) + nudge, width: right.width + longer }];
}

function order(left: bigint, right: bigint): -1 | 0 | 1 {
  return left < right ? -1 : left > right ? 1 : 0;
}
