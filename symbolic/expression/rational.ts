/**
 * Exact rationals: what a decimal or a ratio in the text of an expression means before it is rounded to a double.
 *
 * Always reduced, the denominator positive. Zero is 0/1.
 */

/** numerator / denominator, coprime, denominator > 0. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Reduces n/d. @throws RangeError if d is 0 */
export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) throw new RangeError('a rational needs a denominator other than 0');
  const sign = denominator < 0n ? -1n : 1n;
  const divisor = gcd(numerator < 0n ? -numerator : numerator, denominator * sign) * sign;
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** The decimal as written, e.g. `-1.25e-3` is -1/800. @throws SyntaxError if it is no decimal */
export function rationalFromDecimal(text: string): Rational {
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (parts === null || parts[2] + parts[3] === '') throw new SyntaxError(`'${text}' is no decimal number`);
  const [, sign, whole, fraction, exponent = '0'] = parts;
  const digits = BigInt(sign + whole + fraction);
  const shift = BigInt(exponent) - BigInt(fraction.length);
  return shift >= 0n ? rational(digits * 10n ** shift) : rational(digits, 10n ** -shift);
}

/** The double itself, which is a dyadic rational. @throws RangeError if it is not finite */
export function rationalFromNumber(value: number): Rational {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no rational`);
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return rational(BigInt(scaled), denominator);
}

/** The nearest double, ties to even; infinite beyond the range of doubles. */
export function rationalToNumber({ numerator, denominator }: Rational): number {
  if (numerator < 0n) return -rationalToNumber({ numerator: -numerator, denominator });
  if (numerator === 0n) return 0;
  const exponent = bitLength(numerator) - bitLength(denominator); // 2^(exponent-1) < value < 2^(exponent+1)
  // Down here doubles are multiples of 2^-1074; above, Number() rounds 65 bits and a sticky bit once.
  if (exponent <= -1022) return Number(divideHalfEven(numerator << 1074n, denominator)) * 2 ** -1074;
  const shift = BigInt(66 - exponent);
  const top = shift > 0n ? numerator << shift : numerator;
  const bottom = shift < 0n ? denominator << -shift : denominator;
  const sticky = top % bottom === 0n ? 0n : 1n;
  return scale(Number((top / bottom) | sticky), exponent - 66);
}

export function addRational(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function multiplyRational(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** a to an integer power. @throws RangeError for 0 to a negative power */
export function powerRational(a: Rational, exponent: number): Rational {
  const n = BigInt(Math.abs(exponent));
  return exponent < 0
    ? rational(a.denominator ** n, a.numerator ** n)
    : { numerator: a.numerator ** n, denominator: a.denominator ** n };
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function bitLength(a: bigint): number {
  const hex = a.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(parseInt(hex[0], 16)));
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator - quotient * denominator);
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

/** value × 2^exponent in steps that stay in range. */
function scale(value: number, exponent: number): number {
  while (exponent > 1000) {
    value *= 2 ** 1000;
    exponent -= 1000;
  }
  while (exponent < -1000) {
    value *= 2 ** -1000;
    exponent += 1000;
  }
  return value * 2 ** exponent;
}
