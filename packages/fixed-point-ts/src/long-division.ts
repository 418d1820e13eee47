/**
 * Long division of non-negative integers as the ap_types headers simulate it above 64 bits, defect included.
 *
 * The method is Knuth's Algorithm D in base 2^32 (The Art of Computer Programming, vol. 2, 4.3.1). In its rare step D6,
 * when a quotient digit was guessed one too large and the running remainder went below zero, the headers take the
 * absolute value of that remainder before they add the divisor back, which spoils every digit that follows. Hardware has
 * the true quotient; C simulation has this one. Divisors below 2^32 take another path there, which is exact.
 */
const WORD = 32n;
const BASE = 1n << WORD;

export interface Division {
  readonly quotient: bigint;
  readonly remainder: bigint;
}

/** Quotient and remainder of a >= 0 by b > 0 in more than 64 bits. */
export function longDivision(a: bigint, b: bigint): Division {
  if (b < BASE || a <= b) return { quotient: a / b, remainder: a % b };
  const divisorWords = wordCount(b);
  const last = wordCount(a) - divisorWords;
  const fieldBits = 32 * (divisorWords + 1);
  const normalise = WORD * BigInt(divisorWords) - BigInt(b.toString(2).length);
  const divisor = b << normalise;
  const leading = word(divisor, divisorWords - 1);
  const second = word(divisor, divisorWords - 2);
  let rest = a << normalise;
  let quotient = 0n;

  for (let j = last; j >= 0; j--) {
    const dividend = (word(rest, j + divisorWords) << WORD) | word(rest, j + divisorWords - 1);
    const third = word(rest, j + divisorWords - 2);
    let digit = dividend / leading;
    let over = dividend % leading;
    const tooLarge = (): boolean => digit === BASE || uint64(digit * second) > uint64((over << WORD) + third);
    if (tooLarge()) {
      digit--;
      over += leading;
      if (over < BASE && tooLarge()) digit--;
    }
    const offset = WORD * BigInt(j);
    const signedRest = rest - (times(divisor, digit, divisorWords) << offset);
    if (signedRest >= 0n) {
      rest = signedRest;
    } else {
      digit--;
      const magnitude = BigInt.asUintN(32 * (last + divisorWords + 1), -signedRest);
      const field = BigInt.asUintN(fieldBits, magnitude >> offset);
      rest = magnitude + ((BigInt.asUintN(fieldBits, field + divisor) - field) << offset);
    }
    quotient |= BigInt.asUintN(32, digit) << offset;
  }
  return { quotient, remainder: BigInt.asUintN(32 * divisorWords, rest) >> normalise };
}

/** divisor x digit where each product of two words keeps 64 bits; they overflow only once the remainder is spoilt. */
function times(divisor: bigint, digit: bigint, words: number): bigint {
  if (digit <= BASE) return divisor * digit;
  let product = 0n;
  for (let i = 0; i < words; i++) product += uint64(digit * word(divisor, i)) << (WORD * BigInt(i));
  return product;
}

function wordCount(value: bigint): number {
  return Math.ceil(value.toString(16).length / 8);
}

function word(value: bigint, index: number): bigint {
  return index < 0 ? 0n : BigInt.asUintN(32, value >> (WORD * BigInt(index)));
}

function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
