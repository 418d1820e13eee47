/** Largest power kept. Shifts of casts go further, but rarely. */
const KEPT = 2048;
const powers: bigint[] = [];

/** 2^exponent, kept for the next time: every cast asks for limits and halves. */
export function powerOfTwo(exponent: number): bigint {
  return exponent > KEPT ? 1n << BigInt(exponent) : (powers[exponent] ??= 1n << BigInt(exponent));
}
