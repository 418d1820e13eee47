/**
 * Non-zero digits of the canonical signed-digit form of a number: how many shifted copies a multiplication by it adds.
 *
 * HLS turns a multiplication by a constant of one or two digits into a shift and at most one addition, and keeps a
 * multiplier from three digits on: the multiplier counts of all 28 dense layers of the reports follow from this.
 */
export function recodedDigits(value: bigint | number): number {
  let rest = Math.abs(Number(value));
  let digits = 0;
  while (rest > 0) {
    if (rest % 2 === 1) {
      digits++;
      rest += rest % 4 === 3 ? 1 : -1;
    }
    rest /= 2;
  }
  return digits;
}
