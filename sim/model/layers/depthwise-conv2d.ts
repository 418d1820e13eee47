/**
 * Convolution of each channel with a kernel of its own. Input [H, W, C], output [H', W', C], weights [kh, kw, C],
 * bias [C]; sums as in `conv2d`. Source: hls4ml `depthwise_conv_2d_cl`.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';
import { checkWindow, windowFields } from './window.ts';

export const depthwiseConv2dSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('depthwise-conv2d'),
  ...windowFields,
  accumulator: formatCodec,
  weights: z.string(),
  bias: z.string(),
});
export type DepthwiseConv2d = z.output<typeof depthwiseConv2dSchema>;

export const depthwiseConv2d: LayerKind<DepthwiseConv2d> = {
  kind: 'depthwise-conv2d',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    checkWindow(layer, context);
    const image = context.input(0);
    const weights = context.constant('weights', layer.weights);
    const bias = context.constant('bias', layer.bias);
    if (!image || !weights || !bias) return;
    const channels = image.shape.at(-1);
    expectShape(context, 'weights', weights.shape, [...layer.window, channels], '[rows, columns, channels]');
    expectShape(context, 'bias', bias.shape, [channels], 'one bias a channel');
  },
};
