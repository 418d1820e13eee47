/** An image without rows and columns at its borders, assigned to the output type. Source: hls4ml `cropping2d_cl`. */
import { z } from 'zod';
import { paddingSchema } from '../codecs.ts';
import { expectImage, expectShape, imageShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const crop2dSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('crop2d'),
  /** Rows and columns taken off. */
  crop: paddingSchema,
});
export type Crop2d = z.output<typeof crop2dSchema>;

export const crop2d: LayerKind<Crop2d> = {
  kind: 'crop2d',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check({ crop }, context) {
    const [image, out] = [context.input(0), context.output(0)];
    if (!image || !out || !expectImage(context, 'inputs[0]', image.shape)) return;
    const [height, width, channels] = imageShape(image.shape);
    const size = [height - crop.top - crop.bottom, width - crop.left - crop.right, channels];
    expectShape(
      context,
      'outputs[0]',
      out.shape,
      size.slice(3 - image.shape.length),
      'input less the borders',
    );
  },
};
