/**
 * Where the ap_types headers do not compute what they define, so that exact results cannot be held against them.
 * Each predicate follows the arithmetic of the headers and tells precisely the operands at fault.
 */
import { isInt, multiplyFormat } from 'fixed-point-ts';
import type { Fixed } from 'fixed-point-ts';

/** Whether the headers compute `x * y` wrongly. */
export function productIsWrong(x: Fixed, y: Fixed): boolean {
  return losesCarry(x.raw, y.raw, multiplyFormat(x.format, y.format).width);
}

/**
 * Whether the headers compute `x *= y` wrongly: an ap_fixed forms `x * y` first; an ap_int multiplies in place, and
 * above 64 bits sign-extends the result by the sign that a wider right operand had before it was cut.
 */
export function productInPlaceIsWrong(x: Fixed, y: Fixed): boolean {
  if (!isInt(x.format) || !isInt(y.format)) return productIsWrong(x, y);
  const cut = x.format.width > 64 && y.format.width > x.format.width && y.raw < 0n;
  return cut || losesCarry(x.raw, y.raw, x.format.width);
}

/**
 * Whether long multiplication above 64 bits drops a carry. It splits 64-bit words in halves and sums, for words x and y,
 * hi(x) lo(y), what came before, and the low half of lo(x) hi(y). That sum may pass 2^64, which goes unnoticed unless it
 * is 2^64 exactly.
 */
function losesCarry(left: bigint, right: bigint, width: number): boolean {
  if (width <= 64) return false;
  const [x, y] = [wordsOf(left, width), wordsOf(right, width)];
  const sums = new Array<bigint>(x.length + y.length).fill(0n);
  for (let i = 0; i < y.length; i++) {
    let carry = 0n;
    for (let j = 0; j < x.length; j++) {
      const low = carry + lowHalf(x[j]) * lowHalf(y[i]);
      const crossed = lowHalf(x[j]) * (y[i] >> 32n);
      const before = (x[j] >> 32n) * lowHalf(y[i]) + (low >> 32n);
      const middle = before + lowHalf(crossed);
      if (before < 1n << 64n && middle > 1n << 64n) return true;
      const word = sums[i + j] + BigInt.asUintN(64, (middle << 32n) | lowHalf(low));
      sums[i + j] = BigInt.asUintN(64, word);
      carry = (middle >> 32n) + (word >> 64n) + (crossed >> 32n) + (x[j] >> 32n) * (y[i] >> 32n);
    }
    sums[i + x.length] = carry;
  }
  return false;
}

/** 64-bit words, least significant first, without leading zeros. */
function wordsOf(value: bigint, width: number): readonly bigint[] {
  const words: bigint[] = [];
  for (let rest = BigInt.asUintN(width, value); rest > 0n; rest >>= 64n) words.push(BigInt.asUintN(64, rest));
  return words;
}

function lowHalf(word: bigint): bigint {
  return BigInt.asUintN(32, word);
}
