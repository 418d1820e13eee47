/**
 * Maximum pooling of kept pixels: the first slot of each cell gets the largest feature of the cell, at least 0.
 *
 * Inputs: features [N, C], coordinates [N, 2]. Outputs: the same shapes; later slots of a cell get 0.
 * SparsePixels 0.2.1 has this layer in Keras only; the slot rules here are those of its average pooling, the
 * floor at 0 is that of an image whose dropped pixels are 0.
 */
import { z } from 'zod';
import { positiveInt } from '../codecs.ts';
import { layerFields, type LayerKind } from '../layer-kind.ts';
import { checkSparsePool } from './sparse-pool.ts';

export const sparseMaxPool2dSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('sparse-max-pool2d'),
  pool: positiveInt,
});
export type SparseMaxPool2d = z.output<typeof sparseMaxPool2dSchema>;

export const sparseMaxPool2d: LayerKind<SparseMaxPool2d> = {
  kind: 'sparse-max-pool2d',
  arity: [2, 2],
  dialects: ['pipewright-1'],
  check(layer, context) {
    checkSparsePool(layer.pool, context);
  },
};
