/**
 * Decimal text in and out, exactly. big.js reads and prints digits; it never divides, since its division rounds.
 */
import Big from 'big.js';
import { castRaw } from './cast.ts';
import { FormatError } from './format-error.ts';
import { fracBits } from './format.ts';
import type { FixedFormat } from './format.ts';

/** Furthest decimal exponent read: far beyond every format, and its powers of ten stay affordable. */
const MAX_EXPONENT = 100_000;

/**
 * Raw integer of a decimal number assigned to a type: the text's exact value is rounded once. The headers' own
 * constructors from text divide digit by digit with truncation, and are not followed.
 *
 * @param text  digits with an optional sign, point and exponent, as in `-12.5`, `.5`, `1e-3`
 * @throws FormatError `DEC001` when the text is no decimal number, `DEC002` when its exponent is beyond +-100,000
 * @example fromDecimal('0.3', fixed(8, 2)) // 19n, 0.296875
 */
export function fromDecimal(text: string, to: FixedFormat): bigint {
  const { digits, exponent } = decimalOf(text);
  if (exponent >= 0) return castRaw(digits * 10n ** BigInt(exponent), 0, to);
  // Two bits below the last kept one decide every rounding mode, given a third that says whether more follow.
  const guarded = Math.max(fracBits(to) + 2, 0);
  const numerator = digits << BigInt(guarded);
  const denominator = 10n ** BigInt(-exponent);
  const quotient = numerator / denominator;
  const sticky = quotient * denominator === numerator ? 0n : numerator < 0n ? -1n : 1n;
  return castRaw(2n * quotient + sticky, guarded + 1, to);
}

/**
 * The exact value raw x 2^-fracBits in plain decimal notation, no exponent, no trailing zeros.
 *
 * @example toDecimal(19n, fixed(8, 2)) // '0.296875'
 */
export function toDecimal(raw: bigint, format: FixedFormat): string {
  const frac = fracBits(format);
  if (frac <= 0) return (raw << BigInt(-frac)).toString();
  // 2^-f = 5^f x 10^-f, so the product below is exact.
  const value = new Big((raw * 5n ** BigInt(frac)).toString()).times(new Big(`1e-${frac}`));
  return value.eq(0) ? '0' : value.toFixed();
}

function decimalOf(text: string): { digits: bigint; exponent: number } {
  let value: Big;
  try {
    value = new Big(text.trim());
  } catch {
    throw new FormatError('DEC001', `'${text}' is not a decimal number; write it like -12.5 or 1e-3`);
  }
  if (Math.abs(value.e) > MAX_EXPONENT) {
    throw new FormatError('DEC002', `the exponent of '${text}' is beyond +-${MAX_EXPONENT}`);
  }
  const magnitude = BigInt(value.c.join(''));
  return { digits: value.s < 0 ? -magnitude : magnitude, exponent: value.e - value.c.length + 1 };
}
