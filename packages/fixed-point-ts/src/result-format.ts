/**
 * Which type an operator returns, by the C++ type system of ap_fixed and ap_int.
 *
 * Results are wide enough for every exact value (quotients excepted), and carry TRN and WRAP; two integers give an
 * integer type. Source: the `RType` traits of the Xilinx ap_types headers, as UG1399 describes in "Class Methods,
 * Operators, and Data Members". All throw FormatError `FMT001` when the result would exceed 1024 bits, as the headers do.
 */
import { FormatError } from './format-error.ts';
import { formatText } from './format-text.ts';
import { fixed, fracBits, int, isInt, ufixed, uint } from './format.ts';
import type { FixedFormat } from './format.ts';

/** Type of `a + b`: one integer bit more than the wider, and one more still for an unsigned beside a signed. */
export function addFormat(a: FixedFormat, b: FixedFormat): FixedFormat {
  return aligned(a, b, a.signed || b.signed, 1);
}

/** Type of `a - b`: as {@link addFormat}, always signed. */
export function subtractFormat(a: FixedFormat, b: FixedFormat): FixedFormat {
  return aligned(a, b, true, 1);
}

/** Type of `a & b`, `a | b` and `a ^ b`. */
export function bitwiseFormat(a: FixedFormat, b: FixedFormat): FixedFormat {
  return aligned(a, b, a.signed || b.signed, 0);
}

/** Type of `a * b`: widths and integer bits add up. */
export function multiplyFormat(a: FixedFormat, b: FixedFormat): FixedFormat {
  return resultType(a, b, a.signed || b.signed, a.width + b.width, a.integerBits + b.integerBits);
}

/** Type of `a / b`: the dividend's, longer by the fraction of the divisor and by its sign. */
export function divideFormat(a: FixedFormat, b: FixedFormat): FixedFormat {
  const sign = b.signed ? 1 : 0;
  const frac = fracBits(b);
  return resultType(
    a,
    b,
    a.signed || b.signed,
    a.width + sign + Math.max(frac, 0),
    a.integerBits + sign + frac,
  );
}

/**
 * Type of `a % b`, which C++ defines for ap_int and ap_uint alone.
 *
 * @throws FormatError `OPR001` when an operand is not an integer type
 */
export function remainderFormat(a: FixedFormat, b: FixedFormat): FixedFormat {
  for (const format of [a, b]) {
    if (!isInt(format)) {
      throw new FormatError(
        'OPR001',
        `remainder needs ap_int or ap_uint, not ${formatText(format, 'ap')}: ap_fixed has no operator %`,
      );
    }
  }
  const width = Math.min(a.width, b.width + (a.signed && !b.signed ? 1 : 0));
  return a.signed ? int(width) : uint(width);
}

/** Type of `-a`: signed, one bit wider; ap_int counts it as `0 - a`, so a signed bit becomes three. */
export function negateFormat(a: FixedFormat): FixedFormat {
  return isInt(a) ? subtractFormat(uint(1), a) : fixed(a.width + 1, a.integerBits + 1);
}

function aligned(a: FixedFormat, b: FixedFormat, signed: boolean, carry: number): FixedFormat {
  const integerBits = Math.max(signedIntegerBits(a, b), signedIntegerBits(b, a)) + carry;
  return resultType(a, b, signed, integerBits + Math.max(fracBits(a), fracBits(b)), integerBits);
}

/** Integer bits of a format, with a sign bit where only the other operand has one. */
function signedIntegerBits(format: FixedFormat, other: FixedFormat): number {
  return format.integerBits + (other.signed && !format.signed ? 1 : 0);
}

function resultType(
  a: FixedFormat,
  b: FixedFormat,
  signed: boolean,
  width: number,
  integerBits: number,
): FixedFormat {
  if (isInt(a) && isInt(b)) return signed ? int(width) : uint(width);
  return signed ? fixed(width, integerBits) : ufixed(width, integerBits);
}
