/**
 * Each feature of a kept pixel assigned to the type that its place in the image has, then to the output type.
 *
 * Inputs: features [N, C], coordinates [N, 2]. Output: features [N, C]; 0 where a slot holds no pixel.
 * Source: HGQ2's heterogeneous quantisers on the image, inside SparsePixels 0.3.2 `QConv2DSparse`.
 */
import { z } from 'zod';
import { formatCodec, positiveInt } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const sparseQuantizeSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('sparse-quantize'),
  height: positiveInt,
  width: positiveInt,
  types: z.array(formatCodec).readonly(),
  /** For each (row, column, channel) of the image the index of its type, or -1 where the result is 0. */
  assignment: z.array(z.int().min(-1)).readonly(),
});
export type SparseQuantize = z.output<typeof sparseQuantizeSchema>;

export const sparseQuantize: LayerKind<SparseQuantize> = {
  kind: 'sparse-quantize',
  arity: [2, 1],
  dialects: ['sparsepixels-0.3.2'],
  check({ types, assignment, height, width }, context) {
    const [features, coordinates, out] = [context.input(0), context.input(1), context.output(0)];
    if (!features || !coordinates || !out) return;
    const [slots, channels] = features.shape;
    expectShape(
      context,
      'inputs[0]',
      features.shape,
      [undefined, undefined],
      'features are [slots, channels]',
    );
    expectShape(context, 'inputs[1]', coordinates.shape, [slots, 2], 'coordinates are [slots, 2]');
    expectShape(context, 'outputs[0]', out.shape, features.shape, 'element by element');
    const extent = context.extent(1);
    if (extent && (extent[0] > height || extent[1] > width))
      context.report('height', `${height} x ${width} does not cover coordinates up to ${extent.join(', ')}`);
    const size = height * width * channels;
    if (assignment.length !== size)
      context.report('assignment', `has ${assignment.length} entries, the image ${size} elements`);
    const outside = assignment.findIndex((index) => index >= types.length);
    if (outside >= 0) context.report(`assignment[${outside}]`, `names no entry of 'types'`);
  },
};
