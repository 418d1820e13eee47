/**
 * Exponential linear units, element by element: x >= 0 ? positive x : negative table[trunc(-x n / 8)], the index
 * clamped to n-1. ELU has positive = 1 and negative = alpha; SELU has positive = lambda and negative = 1.
 *
 * The products are exact and assigned once, to the output type. Source: hls4ml `elu`, `selu`.
 */
import { z } from 'zod';
import { typedNumberSchema } from '../codecs.ts';
import { checkElementWise, expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const eluSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('elu'),
  positive: typedNumberSchema,
  negative: typedNumberSchema,
  /** Name of the constant that holds the table, [n]: entry i is f(-8 i / n). */
  table: z.string(),
});
export type Elu = z.output<typeof eluSchema>;

export const elu: LayerKind<Elu> = {
  kind: 'elu',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    checkElementWise(context);
    const table = context.constant('table', layer.table);
    if (table) expectShape(context, 'table', table.shape, [undefined], 'a table is a vector');
  },
};
