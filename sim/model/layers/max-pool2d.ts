/**
 * Dense 2D maximum pooling, assigned to the output type. Input [H, W, C], output [H', W', C].
 *
 * Source: hls4ml `pooling2d_cl`, Max.
 */
import { z } from 'zod';
import { layerFields, type LayerKind } from '../layer-kind.ts';
import { checkWindow, windowFields } from './window.ts';

export const maxPool2dSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('max-pool2d'),
  ...windowFields,
});
export type MaxPool2d = z.output<typeof maxPool2dSchema>;

export const maxPool2d: LayerKind<MaxPool2d> = {
  kind: 'max-pool2d',
  arity: [1, 1],
  dialects: ['hls4ml-1.0.0'],
  check(layer, context) {
    checkWindow(layer, context);
    if (Object.values(layer.padding).some((size) => size > 0)) {
      context.report('padding', 'padded pooling is not modelled', 'put a zero-pad2d layer in front');
    }
  },
};
