/**
 * Maximum pooling of kept pixels: the first slot of each cell gets the largest feature of the cell, at least 0.
 *
 * Inputs: features [N, C], coordinates [N, 2]. Outputs: the same shapes; later slots of a cell get 0.
 * SparsePixels 0.2.1 has this layer in Keras only; the slot rules here are those of its average pooling, the
 * floor at 0 is that of an image whose dropped pixels are 0. In the package's dialect it does not apply to a cell all of
 * whose pixels are kept. Source: SparsePixels 0.3.2 `MaxPooling2DSparse`.
 */
import { z } from 'zod';
import { layerFields, type LayerKind } from '../layer-kind.ts';
import { checkSparsePool, sparsePoolFields } from './sparse-pool.ts';

export const sparseMaxPool2dSchema = z.strictObject({
  ...layerFields,
  ...sparsePoolFields,
  kind: z.literal('sparse-max-pool2d'),
});
export type SparseMaxPool2d = z.output<typeof sparseMaxPool2dSchema>;

export const sparseMaxPool2d: LayerKind<SparseMaxPool2d> = {
  kind: 'sparse-max-pool2d',
  arity: [2, 2],
  dialects: ['pipewright-1', 'sparsepixels-0.3.2'],
  check(layer, context) {
    checkSparsePool(layer, context);
  },
};
