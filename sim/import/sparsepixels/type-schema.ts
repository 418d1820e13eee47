/** A fixed-point type as `design.json`, `weights.json` and `vectors.json` spell it. */
import { FormatError, fixed, type FixedFormat, OVERFLOWS, ROUNDINGS, ufixed } from 'fixed-point-ts';
import { z } from 'zod';

const withPrefix = (names: readonly string[]) => names.map((name) => `AP_${name}`);

export const typeSchema = z
  .object({
    signed: z.boolean(),
    bits: z.int(),
    int_bits: z.int(),
    quant: z.enum(withPrefix(ROUNDINGS)),
    overflow: z.enum(withPrefix(OVERFLOWS)),
    sat_bits: z.int(),
  })
  .transform(({ signed, bits, int_bits, quant, overflow, sat_bits }, context): FixedFormat => {
    const make = signed ? fixed : ufixed;
    const rounding = quant.slice(3) as FixedFormat['rounding'];
    try {
      return make(bits, int_bits, rounding, overflow.slice(3) as FixedFormat['overflow'], sat_bits);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      context.addIssue(error.message);
      return z.NEVER;
    }
  });
