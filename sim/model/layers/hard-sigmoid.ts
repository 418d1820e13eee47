/**
 * clip(slope x + shift, 0, 1), or twice that less 1 (hard tanh), element by element; exact, assigned once to the
 * output type. Source: hls4ml `hard_sigmoid`, `hard_tanh`.
 */
import { z } from 'zod';
import { typedNumberSchema } from '../codecs.ts';
import { checkElementWise, layerFields, type LayerKind } from '../layer-kind.ts';

export const hardSigmoidSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('hard-sigmoid'),
  slope: typedNumberSchema,
  shift: typedNumberSchema,
  /** Whether the result is stretched to -1..1. */
  symmetric: z.boolean(),
});
export type HardSigmoid = z.output<typeof hardSigmoidSchema>;

export const hardSigmoid: LayerKind<HardSigmoid> = {
  kind: 'hard-sigmoid',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check: (_layer, context) => checkElementWise(context),
};
