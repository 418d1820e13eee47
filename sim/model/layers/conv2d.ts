/**
 * Dense 2D cross-correlation. Input [H, W, C], output [H', W', F], weights [kh, kw, C, F], bias [F].
 *
 * The sum starts from the bias; every product and every sum is assigned to `accumulator`; the result is assigned
 * to the output type. Source: hls4ml `conv_2d_cl`, strategy latency.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { expectShape, HLS4ML, layerFields, type LayerKind } from '../layer-kind.ts';
import { checkWindow, windowFields } from './window.ts';

export const conv2dSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('conv2d'),
  ...windowFields,
  accumulator: formatCodec,
  weights: z.string(),
  bias: z.string(),
});
export type Conv2d = z.output<typeof conv2dSchema>;

export const conv2d: LayerKind<Conv2d> = {
  kind: 'conv2d',
  arity: [1, 1],
  dialects: HLS4ML,
  check(layer, context) {
    const image = context.input(0);
    const weights = context.constant('weights', layer.weights);
    const bias = context.constant('bias', layer.bias);
    if (!image || !weights || !bias) return;
    const filters = weights.shape[3];
    expectShape(
      context,
      'weights',
      weights.shape,
      [...layer.window, image.shape.at(-1), undefined],
      'weights are [rows, columns, channels, filters]',
    );
    expectShape(context, 'bias', bias.shape, [filters], 'one bias a filter');
    checkWindow(layer, context, filters);
  },
};
