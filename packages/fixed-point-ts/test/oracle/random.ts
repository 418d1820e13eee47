/** Seeded random numbers, formats and values for the differential tests; the same seed gives the same everywhere. */
import { fixed, fracBits, maxRaw, minRaw, reinterpret, ufixed } from 'fixed-point-ts';
import type { FixedFormat, Overflow, Rounding } from 'fixed-point-ts';

export interface Random {
  /** A whole number from low to high, both included. */
  readonly between: (low: number, high: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  readonly bits: (count: number) => bigint;
}

/** xorshift32 (G. Marsaglia, "Xorshift RNGs", J. Stat. Softw. 8(14), 2003). */
export function randomOf(seed: number): Random {
  let state = seed | 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const between = (low: number, high: number): number => low + (next() % (high - low + 1));
  return {
    between,
    pick: (choices) => choices[between(0, choices.length - 1)],
    bits: (count) => {
      let value = 0n;
      for (let filled = 0; filled < count; filled += 32) value = (value << 32n) | BigInt(next());
      return BigInt.asUintN(count, value);
    },
  };
}

/** Widths around those of machine integers and of the float64 mantissa. */
const CORNER_WIDTHS = [1, 2, 3, 8, 16, 31, 32, 33, 52, 53, 54, 63, 64, 65, 127, 128, 129];

export function randomWidth(random: Random): number {
  switch (random.between(0, 5)) {
    case 0:
    case 1:
    case 2:
      return random.pick(CORNER_WIDTHS);
    case 3:
      return random.between(66, 400);
    default:
      return random.between(1, 66);
  }
}

/** Integer bits below 0, within the width, equal to it, or above it. */
export function randomIntegerBits(random: Random, width: number): number {
  switch (random.between(0, 4)) {
    case 0:
      return random.between(-12, 0);
    case 1:
      return width + random.between(0, 12);
    default:
      return random.between(0, width);
  }
}

export function randomFormat(random: Random): FixedFormat {
  const width = randomWidth(random);
  return random.pick([fixed, ufixed])(width, randomIntegerBits(random, width));
}

/** A type of given modes whose range and grid overlap those of `from`, so that rounding and overflow really happen. */
export function randomTarget(
  random: Random,
  from: FixedFormat,
  signed: boolean,
  rounding: Rounding,
  overflow: Overflow,
  saturationBits: number,
): FixedFormat {
  const least = Math.max(saturationBits, 1);
  for (;;) {
    const integerBits = from.integerBits + random.between(-6, 2);
    const frac = fracBits(from) + random.between(-12, 3);
    const width = random.between(0, 3) === 0 ? randomWidth(random) : integerBits + frac;
    if (width < least || width > 400) continue;
    return (signed ? fixed : ufixed)(width, integerBits, rounding, overflow, saturationBits);
  }
}

/** A raw integer of a format: an extreme, a power of two, a small one, or any. */
export function randomRaw(random: Random, format: FixedFormat): bigint {
  switch (random.between(0, 7)) {
    case 0:
      return random.pick([minRaw(format), maxRaw(format), 0n]);
    case 1:
      return reinterpret(random.pick([minRaw(format) + 1n, maxRaw(format) - 1n, 1n, -1n]), format);
    case 2: {
      const power = 1n << BigInt(random.between(0, format.width - 1));
      return reinterpret(random.pick([power, -power]) + BigInt(random.between(-1, 1)), format);
    }
    case 3:
      return reinterpret(BigInt(random.between(-9, 9)), format);
    default:
      return reinterpret(random.bits(format.width), format);
  }
}

/**
 * A raw integer of `from` that is hard to assign to `to`: halfway between two of its numbers, or next to that, or at
 * the edges of its range, or of the ranges it wraps to.
 */
export function hardRaw(random: Random, from: FixedFormat, to: FixedFormat): bigint {
  const shift = fracBits(from) - fracBits(to);
  const target = random.pick([
    minRaw(to),
    maxRaw(to),
    0n,
    2n * maxRaw(to) + 1n,
    2n * minRaw(to),
    BigInt(random.between(-9, 9)),
    reinterpret(random.bits(to.width), to),
  ]);
  const near = target + BigInt(random.between(-1, 1));
  if (shift <= 0) return reinterpret(near >> BigInt(-shift), from);
  const half = 1n << BigInt(shift - 1);
  return reinterpret((near << BigInt(shift)) + random.pick([0n, half]) + BigInt(random.between(-1, 1)), from);
}

const view = new DataView(new ArrayBuffer(8));

/** Zero or a normal float64 near the range of a type: at its grid, halfway, far out, or of random bits. */
export function randomDouble(random: Random, to: FixedFormat): number {
  for (;;) {
    const value = anyDouble(random, to);
    if (value === 0 || (Number.isFinite(value) && Math.abs(value) >= 2 ** -1022)) return value;
  }
}

function anyDouble(random: Random, to: FixedFormat): number {
  switch (random.between(0, 3)) {
    case 0: {
      const mantissa = BigInt.asIntN(54, random.bits(54)) >> BigInt(random.between(0, 50));
      return Number(mantissa) * 2 ** -(fracBits(to) + 2);
    }
    case 1: {
      const raw = random.pick([minRaw(to), maxRaw(to), BigInt(random.between(-9, 9))]);
      return Number(4n * raw + BigInt(random.between(-4, 4))) * 2 ** -(fracBits(to) + 2);
    }
    case 2:
      return (random.between(-1000, 1000) / 1000) * 2 ** (to.integerBits + random.between(-3, 3));
    default: {
      const exponent = BigInt(Math.min(Math.max(1023 + to.integerBits + random.between(-70, 70), 1), 2046));
      view.setBigUint64(0, (random.bits(1) << 63n) | (exponent << 52n) | random.bits(52));
      return view.getFloat64(0);
    }
  }
}
