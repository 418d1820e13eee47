/**
 * How the values of a Model stand in JSON: formats as text (`ufixed<8,2,RND_CONV,SAT>`), raw integers as JSON
 * numbers where these are exact and as decimal text beyond.
 */
import { FormatError, type FixedFormat, formatText, parseFormat } from 'fixed-point-ts';
import { z } from 'zod';

/** JSON text <-> {@link FixedFormat}. */
export const formatCodec = z.codec(
  z.string().describe('a fixed-point type such as fixed<16,6>, ufixed<8,2,RND_CONV,SAT> or uint<10>'),
  z.custom<FixedFormat>(),
  {
    decode: (text, context) => {
      try {
        return parseFormat(text);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        context.issues.push({ code: 'custom', input: text, message: error.message });
        return z.NEVER;
      }
    },
    encode: (format) => formatText(format),
  },
);

/** JSON number or decimal text <-> raw integer of any width. */
export const rawCodec = z.codec(
  z.union([z.int(), z.string().regex(/^-?\d+$/)]).describe('a raw integer: value = raw x 2^-fraction bits'),
  z.bigint(),
  {
    decode: (raw) => BigInt(raw),
    encode: (raw) => (Number.isSafeInteger(Number(raw)) ? Number(raw) : raw.toString()),
  },
);

export const positiveInt = z.int().min(1);
/** [rows, columns] */
export const pair = z.tuple([positiveInt, positiveInt]).readonly();
export const paddingSchema = z
  .strictObject({
    top: z.int().min(0),
    bottom: z.int().min(0),
    left: z.int().min(0),
    right: z.int().min(0),
  })
  .readonly();
export type Padding = z.output<typeof paddingSchema>;

/** A number of a fixed-point type of its own. */
export const typedNumberSchema = z.strictObject({ type: formatCodec, raw: rawCodec }).readonly();
export type TypedNumber = z.output<typeof typedNumberSchema>;
