/**
 * Rows and columns of raw 0 around an image. Input [H, W, C], output [H + top + bottom, W + left + right, C].
 *
 * Values are assigned to the output type. Source: hls4ml `zeropad2d_cl`.
 */
import { z } from 'zod';
import { paddingSchema } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const zeroPad2dSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('zero-pad2d'),
  padding: paddingSchema,
});
export type ZeroPad2d = z.output<typeof zeroPad2dSchema>;

export const zeroPad2d: LayerKind<ZeroPad2d> = {
  kind: 'zero-pad2d',
  arity: [1, 1],
  dialects: ['hls4ml-1.0.0'],
  check({ padding }, context) {
    const [image, out] = [context.input(0), context.output(0)];
    if (!image || !out) return;
    expectShape(
      context,
      'inputs[0]',
      image.shape,
      [undefined, undefined, undefined],
      '[height, width, channels]',
    );
    const [height = 0, width = 0, channels] = image.shape;
    expectShape(
      context,
      'outputs[0]',
      out.shape,
      [height + padding.top + padding.bottom, width + padding.left + padding.right, channels],
      'input plus padding',
    );
  },
};
