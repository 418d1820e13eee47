/**
 * Non-zero digits of the canonical signed-digit form of a number: how many shifted copies a multiplication by it adds.
 *
 * HLS turns a multiplication by a constant of one or two digits into a shift and at most one addition, and keeps a
 * multiplier from three digits on: the multiplier counts of all 28 dense layers of the reports follow from this.
 */
export function recodedDigits(value: bigint | number): number {
  // The digits stand where n and 3 n differ (Prodinger, Integers 1, 2000).
  const small = Math.abs(Number(value));
  if (small < 2 ** 29) return ones((3 * small) ^ small);
  const n = BigInt(value) < 0n ? -BigInt(value) : BigInt(value);
  let digits = 0;
  for (let differing = (3n * n) ^ n; differing > 0n; differing >>= 30n) {
    digits += ones(Number(differing & 0x3fffffffn));
  }
  return digits;
}

/** Ones of a 32-bit pattern. */
function ones(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
