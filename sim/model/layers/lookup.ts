/**
 * A table with an entry for every value of the input: out = table[bit pattern of x] assigned to the output type.
 *
 * The pattern is the two's complement of the raw integer, so that entries of negative values stand behind those of positive.
 * Source: hls4ml 1.3.0 `unary_lut`.
 */
import { z } from 'zod';
import { checkElementWise, layerFields, type LayerKind } from '../layer-kind.ts';

export const lookupSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('lookup'),
  /** Name of the constant that holds the table: [n], n at least two to the input's width. */
  table: z.string(),
});
export type Lookup = z.output<typeof lookupSchema>;

export const lookup: LayerKind<Lookup> = {
  kind: 'lookup',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    checkElementWise(context);
    const [x, table] = [context.input(0), context.constant('table', layer.table)];
    if (!x || !table) return;
    if (table.shape.length !== 1 || table.shape[0] < 2 ** x.type.width)
      context.report(
        'table',
        `has shape [${table.shape.join(', ')}], expected an entry for each of the 2^${x.type.width} values of the input`,
      );
  },
};
