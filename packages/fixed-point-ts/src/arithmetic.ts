/** Exact arithmetic: the sum, difference, product, negative and absolute value, in the type C++ gives them. */
import { fracBits } from './format.ts';
import { addFormat, multiplyFormat, negateFormat, subtractFormat } from './result-format.ts';
import type { Fixed } from './value.ts';

/** `a + b`, exact. */
export function add(a: Fixed, b: Fixed): Fixed {
  const format = addFormat(a.format, b.format);
  return { raw: alignedTo(a, fracBits(format)) + alignedTo(b, fracBits(format)), format };
}

/** `a - b`, exact. */
export function subtract(a: Fixed, b: Fixed): Fixed {
  const format = subtractFormat(a.format, b.format);
  return { raw: alignedTo(a, fracBits(format)) - alignedTo(b, fracBits(format)), format };
}

/** `a * b`, exact. (The ap_types headers may lose a carry above 64 bits; see the limits in the README.) */
export function multiply(a: Fixed, b: Fixed): Fixed {
  return { raw: a.raw * b.raw, format: multiplyFormat(a.format, b.format) };
}

/** `-a`, exact. */
export function negate(a: Fixed): Fixed {
  return { raw: -a.raw, format: negateFormat(a.format) };
}

/** The absolute value, exact, in the type of `-a`; an unsigned number keeps its type. */
export function absolute(a: Fixed): Fixed {
  if (!a.format.signed) return a;
  return { raw: a.raw < 0n ? -a.raw : a.raw, format: negateFormat(a.format) };
}

/** Raw integer of a number at `frac` fraction bits, no fewer than it has. */
export function alignedTo(a: Fixed, frac: number): bigint {
  return a.raw << BigInt(frac - fracBits(a.format));
}
