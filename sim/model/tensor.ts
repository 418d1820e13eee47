/** Tensors and constants: shapes with one exact fixed-point type each. */
import { z } from 'zod';
import { formatCodec, positiveInt, rawCodec } from './codecs.ts';

/** A tensor: row-major, channels last. Sparse features are [slots, channels], coordinates [slots, 2] (row, column; 1-based). */
export const tensorSchema = z
  .strictObject({ shape: z.array(positiveInt).min(1).readonly(), type: formatCodec })
  .readonly();
export type Tensor = z.output<typeof tensorSchema>;

/** Weights, biases and look-up tables as raw integers, row-major; `raw: null` says that the values are unknown. */
export const constantSchema = z
  .strictObject({
    shape: z.array(positiveInt).min(1).readonly(),
    type: formatCodec,
    raw: z.array(rawCodec).readonly().nullable(),
  })
  .readonly();
export type Constant = z.output<typeof constantSchema>;
