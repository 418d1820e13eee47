/**
 * Average pooling of kept pixels: the first slot of each cell gets accumulated sum x reciprocal x reciprocal.
 *
 * Inputs: features [N, C], coordinates [N, 2]. Outputs: the same shapes; later slots of a cell get 0. The sum is
 * assigned to `accumulator` at every addition, the product once to the output type. `reciprocal` is 1/pool in a
 * fixed-point type of its own.
 * Source: SparsePixels 0.2.1 `sparse_pooling_avg`, 0.3.2 `AveragePooling2DSparse`.
 */
import { maxRaw, minRaw } from 'fixed-point-ts';
import { z } from 'zod';
import { formatCodec, rawCodec } from '../codecs.ts';
import { layerFields, type LayerKind, SPARSEPIXELS } from '../layer-kind.ts';
import { checkSparsePool, sparsePoolFields } from './sparse-pool.ts';

export const sparseAveragePool2dSchema = z.strictObject({
  ...layerFields,
  ...sparsePoolFields,
  kind: z.literal('sparse-average-pool2d'),
  accumulator: formatCodec,
  reciprocal: z.strictObject({ type: formatCodec, raw: rawCodec }).readonly(),
});
export type SparseAveragePool2d = z.output<typeof sparseAveragePool2dSchema>;

export const sparseAveragePool2d: LayerKind<SparseAveragePool2d> = {
  kind: 'sparse-average-pool2d',
  arity: [2, 2],
  dialects: SPARSEPIXELS,
  check(layer, context) {
    checkSparsePool(layer, context);
    const { type, raw } = layer.reciprocal;
    if (raw < minRaw(type) || raw > maxRaw(type)) {
      context.report('reciprocal.raw', `raw value ${raw} is outside its type`);
    }
  },
};
