/**
 * An image enlarged by whole factors, each pixel repeated; assigned to the output type. Source: hls4ml `resize_nearest`
 * (which computes the same pixel by a 16-bit reciprocal, exact for factors and sizes below 2^8).
 */
import { z } from 'zod';
import { pair } from '../codecs.ts';
import { expectImage, expectShape, imageShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const resize2dSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('resize2d'),
  /** Rows and columns that each pixel becomes. */
  factor: pair,
});
export type Resize2d = z.output<typeof resize2dSchema>;

export const resize2d: LayerKind<Resize2d> = {
  kind: 'resize2d',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check({ factor }, context) {
    const [image, out] = [context.input(0), context.output(0)];
    if (!image || !out || !expectImage(context, 'inputs[0]', image.shape)) return;
    const [height, width, channels] = imageShape(image.shape);
    const size = [height * factor[0], width * factor[1], channels];
    expectShape(
      context,
      'outputs[0]',
      out.shape,
      size.slice(3 - image.shape.length),
      'input times the factors',
    );
  },
};
