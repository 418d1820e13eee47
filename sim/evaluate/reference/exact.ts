/** Exact binary fractions: raw x 2^-frac. Sums and products lose nothing; `assign` is where rounding happens. */
import { castRaw, type FixedFormat, fracBits } from 'fixed-point-ts';

export interface Exact {
  readonly raw: bigint;
  readonly frac: number;
}

export const ZERO: Exact = { raw: 0n, frac: 0 };

/** The value that `raw` has in a type. */
export function exact(raw: bigint, type: FixedFormat): Exact {
  return { raw, frac: fracBits(type) };
}

export function add(a: Exact, b: Exact): Exact {
  const frac = Math.max(a.frac, b.frac);
  return { raw: align(a, frac) + align(b, frac), frac };
}

export function subtract(a: Exact, b: Exact): Exact {
  return add(a, { raw: -b.raw, frac: b.frac });
}

export function multiply(a: Exact, b: Exact): Exact {
  return { raw: a.raw * b.raw, frac: a.frac + b.frac };
}

/** Raw integer after assignment to a type: quantised, then brought into range. */
export function assign(value: Exact, type: FixedFormat): bigint {
  return castRaw(value.raw, value.frac, type);
}

/** The value after assignment to a type. */
export function assigned(value: Exact, type: FixedFormat): Exact {
  return exact(assign(value, type), type);
}

function align({ raw, frac }: Exact, to: number): bigint {
  return raw << BigInt(to - frac);
}
