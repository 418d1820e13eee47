/**
 * Shifts as C++ has them: the result keeps the type of the number shifted.
 *
 * `<<` and `>>` move bits within the W bits there are: bits shifted out are lost, whatever the rounding and overflow
 * modes say (UG1399, "Shift Operators"). To move the binary point and lose nothing use {@link scaleByPowerOfTwo}.
 */
import { reinterpret } from './cast.ts';
import { fixed, ufixed } from './format.ts';
import type { Fixed } from './value.ts';

/** `a << count`; a negative count shifts right. */
export function shiftLeft(a: Fixed, count: number): Fixed {
  if (count < 0) return shiftRight(a, -count);
  return { raw: reinterpret(a.raw << BigInt(Math.min(count, a.format.width)), a.format), format: a.format };
}

/** `a >> count`, filled with the sign; a negative count shifts left. */
export function shiftRight(a: Fixed, count: number): Fixed {
  if (count < 0) return shiftLeft(a, -count);
  return { raw: a.raw >> BigInt(count), format: a.format };
}

/** a x 2^count, exact: the same bits with the binary point moved; TRN and WRAP. */
export function scaleByPowerOfTwo(a: Fixed, count: number): Fixed {
  const { signed, width, integerBits } = a.format;
  return { raw: a.raw, format: (signed ? fixed : ufixed)(width, integerBits + count) };
}
