/**
 * Division and remainder as ap_fixed and ap_int define them: the quotient of the raw integers cut towards zero.
 *
 * Source: UG1399, "Binary Arithmetic Operators"; widths of the working operands as in the C simulation of the ap_types
 * headers. They are one bit short of some values, which therefore wrap:
 * - ap_fixed: the smallest dividend by minus one raw unit gives the smallest quotient, not its negative;
 * - ap_int: a negative number beside a wider unsigned one is read as a large unsigned number, as in C.
 * Above 64 bits see also `long-division.ts`.
 */
import { reinterpret } from './cast.ts';
import { FormatError } from './format-error.ts';
import { fracBits, isInt } from './format.ts';
import type { FixedFormat } from './format.ts';
import { longDivision } from './long-division.ts';
import type { Division } from './long-division.ts';
import { divideFormat, remainderFormat } from './result-format.ts';
import type { Fixed } from './value.ts';

/**
 * `a / b`: the dividend is first made longer by the fraction bits of the divisor; the quotient is cut towards zero.
 *
 * @throws FormatError `OPR002` when `b` is 0
 */
export function divide(a: Fixed, b: Fixed): Fixed {
  const format = divideFormat(a.format, b.format);
  refuseZero(b);
  const ints = isInt(a.format) && isInt(b.format);
  const work = ints ? integerWork(a.format, b.format) : fixedWork(a.format, b.format);
  const dividend = work.wrap(a.raw << BigInt(Math.max(fracBits(b.format), 0)));
  const divisor = work.wrap(b.raw);
  const { quotient } = divideMagnitudes(magnitude(dividend), magnitude(divisor), work.width);
  return {
    raw: reinterpret(work.wrap(dividend < 0n !== divisor < 0n ? -quotient : quotient), format),
    format,
  };
}

/**
 * `a % b` of two ap_int or ap_uint; it has the sign of `a`.
 *
 * @throws FormatError `OPR001` when a type is not an integer, `OPR002` when `b` is 0
 */
export function remainder(a: Fixed, b: Fixed): Fixed {
  const format = remainderFormat(a.format, b.format);
  refuseZero(b);
  const work = integerWork(a.format, b.format);
  const dividend = work.wrap(a.raw);
  // An unsigned dividend makes the headers read the divisor as unsigned too.
  const divisor = a.format.signed ? magnitude(work.wrap(b.raw)) : BigInt.asUintN(work.width, b.raw);
  const { remainder: rest } = divideMagnitudes(magnitude(dividend), divisor, work.width);
  return { raw: reinterpret(work.wrap(dividend < 0n ? -rest : rest), format), format };
}

/** The integer type in which both operands meet. */
interface Work {
  readonly width: number;
  readonly wrap: (raw: bigint) => bigint;
}

function fixedWork(a: FixedFormat, b: FixedFormat): Work {
  const dividendWidth = a.width + Math.max(fracBits(b), 0) + (b.signed && !a.signed ? 1 : 0);
  const divisorWidth = b.width + (a.signed && !b.signed ? 1 : 0);
  return workOf(Math.max(dividendWidth, divisorWidth), a.signed || b.signed);
}

function integerWork(a: FixedFormat, b: FixedFormat): Work {
  const anySigned = a.signed || b.signed;
  const signed = a.width > b.width ? a.signed : b.width > a.width ? b.signed : anySigned;
  return workOf(Math.max(a.width, b.width) + (anySigned ? 1 : 0), signed);
}

function workOf(width: number, signed: boolean): Work {
  const wrap = (raw: bigint): bigint => (signed ? BigInt.asIntN(width, raw) : BigInt.asUintN(width, raw));
  return { width, wrap };
}

function magnitude(raw: bigint): bigint {
  return raw < 0n ? -raw : raw;
}

function divideMagnitudes(a: bigint, b: bigint, width: number): Division {
  return width > 64 ? longDivision(a, b) : { quotient: a / b, remainder: a % b };
}

function refuseZero(b: Fixed): void {
  if (b.raw === 0n) throw new FormatError('OPR002', 'division by zero');
}
