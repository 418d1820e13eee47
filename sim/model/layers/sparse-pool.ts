/** What sparse average and maximum pooling share: window = stride = `pool`, cells numbered from 1, slots kept. */
import { sameFormat } from 'fixed-point-ts';
import { expectShape, type LayerContext } from '../layer-kind.ts';

/** Inputs and outputs: features [N, C], coordinates [N, 2]; the number of slots does not change. */
export function checkSparsePool(pool: number, context: LayerContext): void {
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
  if (extent) context.setExtent(1, [Math.ceil(extent[0] / pool), Math.ceil(extent[1] / pool)]);
}
