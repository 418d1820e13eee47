/**
 * Layer normalisation of each row of [L, C]: (x - mean) / sqrt(variance + epsilon) x scale + shift.
 *
 * In `accumulator`: sums of x and of squared differences, each addition assigned, times `inverseCount`. The inverse root
 * is `table`[trunc(variance n 2^rangePower)], clamped. The result is exact and assigned to the output type.
 * Source: hls4ml 1.3.0 `layernorm_1d`.
 */
import { z } from 'zod';
import { formatCodec, typedNumberSchema } from '../codecs.ts';
import { checkElementWise, expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const layerNormalizationSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('layer-normalization'),
  accumulator: formatCodec,
  /** 1/C in the accumulator's type. */
  inverseCount: typedNumberSchema,
  table: z.string(),
  rangePower: z.int().min(0),
  scale: z.string(),
  shift: z.string(),
});
export type LayerNormalization = z.output<typeof layerNormalizationSchema>;

export const layerNormalization: LayerKind<LayerNormalization> = {
  kind: 'layer-normalization',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    checkElementWise(context);
    const x = context.input(0);
    if (!x) return;
    expectShape(context, 'inputs[0]', x.shape, [undefined, undefined], '[rows, features]');
    context.constant('table', layer.table);
    for (const field of ['scale', 'shift'] as const) {
      const constant = context.constant(field, layer[field]);
      if (constant) expectShape(context, field, constant.shape, [x.shape[1]], 'one a feature');
    }
  },
};
