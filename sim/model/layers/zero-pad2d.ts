/**
 * Rows and columns of raw 0 around an image. Input [H, W, C], output [H + top + bottom, W + left + right, C].
 *
 * Values are assigned to the output type. Source: hls4ml `zeropad2d_cl`.
 */
import { z } from 'zod';
import { paddingSchema } from '../codecs.ts';
import { expectImage, expectShape, imageShape, HLS4ML, layerFields, type LayerKind } from '../layer-kind.ts';

export const zeroPad2dSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('zero-pad2d'),
  padding: paddingSchema,
});
export type ZeroPad2d = z.output<typeof zeroPad2dSchema>;

export const zeroPad2d: LayerKind<ZeroPad2d> = {
  kind: 'zero-pad2d',
  arity: [1, 1],
  dialects: HLS4ML,
  check({ padding }, context) {
    const [image, out] = [context.input(0), context.output(0)];
    if (!image || !out) return;
    if (!expectImage(context, 'inputs[0]', image.shape)) return;
    const [height, width, channels] = imageShape(image.shape);
    const size = [height + padding.top + padding.bottom, width + padding.left + padding.right, channels];
    expectShape(context, 'outputs[0]', out.shape, size.slice(3 - image.shape.length), 'input plus padding');
  },
};
