/** What sparse average and maximum pooling share: window = stride = `pool`, cells numbered from 1, slots kept. */
import { sameFormat } from 'fixed-point-ts';
import { z } from 'zod';
import { positiveInt } from '../codecs.ts';
import { type Dialect, expectShape, type Extent, type LayerContext } from '../layer-kind.ts';

export const sparsePoolFields = {
  pool: positiveInt,
  /** Rows and columns of cells, if pixels beyond them are dropped (a last cell that is not whole). Package's dialect only. */
  cells: z.tuple([positiveInt, positiveInt]).readonly().optional(),
};

interface SparsePool {
  readonly dialect: Dialect;
  readonly pool: number;
  readonly cells?: Extent | undefined;
}

/** Inputs and outputs: features [N, C], coordinates [N, 2]; the number of slots does not change. */
export function checkSparsePool({ pool, cells, dialect }: SparsePool, context: LayerContext): void {
  const [features, coordinates] = [context.input(0), context.input(1)];
  const [outFeatures, outCoordinates] = [context.output(0), context.output(1)];
  if (!features || !coordinates || !outFeatures || !outCoordinates) return;
  expectShape(context, 'inputs[0]', features.shape, [undefined, undefined], 'features are [slots, channels]');
  expectShape(context, 'inputs[1]', coordinates.shape, [features.shape[0], 2], 'coordinates are [slots, 2]');
  expectShape(context, 'outputs[0]', outFeatures.shape, features.shape, 'pooling keeps the slots');
  expectShape(context, 'outputs[1]', outCoordinates.shape, coordinates.shape, 'pooling keeps the slots');
  if (!sameFormat(coordinates.type, outCoordinates.type)) {
    context.report('outputs[1]', 'must have the type of the input coordinates');
  }
  const extent = context.extent(1);
  if (cells && dialect !== 'sparsepixels-0.3.2')
    context.report('cells', `has no meaning in the dialect '${dialect}', whose kernels drop no pixel`);
  const covering = (size: number, axis: 0 | 1) => Math.min(Math.ceil(size / pool), cells?.[axis] ?? Infinity);
  if (extent) context.setExtent(1, [covering(extent[0], 0), covering(extent[1], 1)]);
}
