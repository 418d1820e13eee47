/**
 * A float weight on its way into the firmware: printed with as many decimals as its type has fraction bits, read
 * back as a double, assigned to the type (by default rounded down, not to nearest).
 *
 * Source: hls4ml 1.3.0, `WeightVariable` (digits) and `nnet_helpers.h` (reading). Python rounds the exact decimal
 * expansion half to even.
 */
import { type FixedFormat, fracBits, fromNumber, isInt } from 'fixed-point-ts';

/** Decimals beyond which `toFixed` refuses; no double that matters here has a longer tail. */
const MAX_DIGITS = 100;

/** Raw integer of a float64 weight in its type. */
export function roundWeight(value: number, type: FixedFormat): bigint {
  const digits = isInt(type) ? 0 : Math.min(Math.max(fracBits(type), 0), MAX_DIGITS);
  return fromNumber(printed(value, digits), type);
}

/** `value` with `digits` decimals, exact halves to even, read back. */
function printed(value: number, digits: number): number {
  const halves = value * 2 ** (digits + 1);
  if (!Number.isInteger(halves) || Math.abs(halves) >= 2 ** 53) return Number(value.toFixed(digits));
  if (halves % 2 === 0) return value;
  // an odd number of 2^-(digits + 1): its decimal expansion is halves x 5^digits / 2 units of the last digit, a tie
  const doubled = BigInt(halves) * 5n ** BigInt(digits);
  const below = (doubled - 1n) / 2n;
  const even = below % 2n === 0n ? below : below + 1n;
  return Number(`${even}e-${digits}`);
}
