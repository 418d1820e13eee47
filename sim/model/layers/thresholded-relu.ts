/** x > threshold ? x : 0, element by element, assigned to the output type. Source: hls4ml `thresholded_relu`. */
import { z } from 'zod';
import { typedNumberSchema } from '../codecs.ts';
import { checkElementWise, layerFields, type LayerKind } from '../layer-kind.ts';

export const thresholdedReluSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('thresholded-relu'),
  threshold: typedNumberSchema,
});
export type ThresholdedRelu = z.output<typeof thresholdedReluSchema>;

export const thresholdedRelu: LayerKind<ThresholdedRelu> = {
  kind: 'thresholded-relu',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check: (_layer, context) => checkElementWise(context),
};
