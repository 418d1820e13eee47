/**
 * Kept pixels to a dense vector in row-major order: zeros, then every non-zero feature at its place.
 *
 * Inputs: features [N, C], coordinates [N, 2] in 1..height, 1..width. Output: [height x width x C].
 * The kernel checks no bounds, so height x width must hold every place that the coordinates can name.
 * Slots without a pixel, at (0, 0) in the package's dialect, are left out.
 * Source: SparsePixels 0.2.1 `sparse_flatten`.
 */
import { sameFormat } from 'fixed-point-ts';
import { z } from 'zod';
import { positiveInt } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind, SPARSEPIXELS } from '../layer-kind.ts';

export const sparseFlattenSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('sparse-flatten'),
  height: positiveInt,
  width: positiveInt,
});
export type SparseFlatten = z.output<typeof sparseFlattenSchema>;

export const sparseFlatten: LayerKind<SparseFlatten> = {
  kind: 'sparse-flatten',
  arity: [2, 1],
  dialects: SPARSEPIXELS,
  check(layer, context) {
    const [features, coordinates, out] = [context.input(0), context.input(1), context.output(0)];
    if (!features || !coordinates || !out) return;
    expectShape(
      context,
      'inputs[0]',
      features.shape,
      [undefined, undefined],
      'features are [slots, channels]',
    );
    expectShape(
      context,
      'inputs[1]',
      coordinates.shape,
      [features.shape[0], 2],
      'coordinates are [slots, 2]',
    );
    const size = layer.height * layer.width * (features.shape[1] ?? 1);
    expectShape(context, 'outputs[0]', out.shape, [size], 'height x width x channels');
    const extent = context.extent(1);
    if (extent && (extent[0] > layer.height || extent[1] > layer.width)) {
      context.report(
        extent[0] > layer.height ? 'height' : 'width',
        `${layer.height} x ${layer.width} cannot hold coordinates up to ${extent[0]}, ${extent[1]}: the kernel would write elsewhere`,
        'choose pool sizes that divide the image, or a larger height and width',
      );
    }
    if (!sameFormat(features.type, out.type)) {
      context.report('outputs[0]', 'must have the type of the features: flattening copies values');
    }
  },
};
