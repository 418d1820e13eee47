/** A fixed-point number: a raw integer together with its format. */
import { castRaw, reinterpret } from './cast.ts';
import { FormatError } from './format-error.ts';
import { formatText } from './format-text.ts';
import { fracBits, isInt, maxRaw, minRaw } from './format.ts';
import type { FixedFormat } from './format.ts';

/** The number raw x 2^-(W-I) of a format. */
export interface Fixed {
  readonly raw: bigint;
  readonly format: FixedFormat;
}

/**
 * A number from its raw integer.
 *
 * @throws FormatError `VAL001` when the raw integer does not fit the format
 */
export function ofRaw(raw: bigint, format: FixedFormat): Fixed {
  if (raw < minRaw(format) || raw > maxRaw(format)) {
    throw new FormatError('VAL001', `raw integer ${raw} does not fit ${formatText(format)}`);
  }
  return { raw, format };
}

/** A number from a bit pattern: the W low bits, read as the format reads its bits. */
export function ofBits(bits: bigint, format: FixedFormat): Fixed {
  return { raw: reinterpret(bits, format), format };
}

/**
 * Assignment to a variable of another type, `T y = x` in C++.
 *
 * A compound assignment is the cast of the exact result: `x += y` is `cast(add(x, y), x.format)`.
 * One case differs from {@link castRaw}, which knows only the number: a negative ap_fixed without integer bits becomes
 * -1, not 0, when assigned to an ap_int, since the headers round it up within a single bit.
 */
export function cast(value: Fixed, to: FixedFormat): Fixed {
  if (value.raw < 0n && value.format.integerBits <= 0 && isInt(to)) return ofBits(-1n, to);
  return { raw: castRaw(value.raw, fracBits(value.format), to), format: to };
}
