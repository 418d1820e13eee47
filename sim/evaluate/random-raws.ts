/** Raw integers that a seed decides, for constants of random Models. */
import { type FixedFormat, maxRaw, minRaw } from 'fixed-point-ts';

/** Raw integers of a type, repeatable by seed: an eighth each 0, lowest and highest, the others anything. */
export function randomRaws(seed: number, count: number, type: FixedFormat): bigint[] {
  const random = randomWords(seed);
  return Array.from({ length: count }, () => {
    const choice = random() % 8;
    if (choice === 0) return 0n;
    if (choice === 1) return minRaw(type);
    if (choice === 2) return maxRaw(type);
    let bits = 0n;
    for (let width = 0; width < type.width; width += 32) bits = (bits << 32n) | BigInt(random());
    return type.signed ? BigInt.asIntN(type.width, bits) : BigInt.asUintN(type.width, bits);
  });
}

/** 32-bit words of the SplitMix32 generator. Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014. */
function randomWords(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = state ^ (state >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
}
