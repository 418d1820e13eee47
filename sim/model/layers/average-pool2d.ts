/**
 * Dense 2D average pooling: each value assigned to `accumulator`, exact sum, integer division by the window's
 * size (truncated toward zero), then assigned to the output type. Input [H, W, C], output [H', W', C].
 *
 * Source: hls4ml `pooling2d_cl`, Average.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { HLS4ML, layerFields, type LayerKind } from '../layer-kind.ts';
import { checkWindow, windowFields } from './window.ts';

export const averagePool2dSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('average-pool2d'),
  ...windowFields,
  accumulator: formatCodec,
});
export type AveragePool2d = z.output<typeof averagePool2dSchema>;

export const averagePool2d: LayerKind<AveragePool2d> = {
  kind: 'average-pool2d',
  arity: [1, 1],
  dialects: HLS4ML,
  check(layer, context) {
    checkWindow(layer, context);
    const padded = Object.values(layer.padding).some((size) => size > 0);
    if (padded && layer.dialect === 'hls4ml-1.0.0') {
      context.report(
        'padding',
        'padded pooling is not modelled in this dialect',
        'put a zero-pad2d layer in front',
      );
    }
  },
};
