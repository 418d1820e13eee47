/**
 * Dense 2D maximum pooling, assigned to the output type. Input [H, W, C], output [H', W', C].
 *
 * Source: hls4ml `pooling2d_cl`, Max.
 */
import { z } from 'zod';
import { HLS4ML, layerFields, type LayerKind } from '../layer-kind.ts';
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
