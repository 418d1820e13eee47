/**
 * A function by look-up table, element by element, as {@link sigmoid} has it: tanh, softplus, softsign.
 *
 * Table of n entries over [-range, range): index = trunc(x n / (2 range)) + n/2, toward zero, clamped to 0..n-1.
 * Source: hls4ml `tanh` (range 4), `softplus`, `softsign` (range 8).
 */
import { z } from 'zod';
import { positiveInt } from '../codecs.ts';
import { checkElementWise, expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const tableFunctionSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('table-function'),
  function: z.enum(['tanh', 'softplus', 'softsign']),
  /** Name of the constant that holds the table, [n]. */
  table: z.string(),
  range: positiveInt,
});
export type TableFunction = z.output<typeof tableFunctionSchema>;

export const tableFunction: LayerKind<TableFunction> = {
  kind: 'table-function',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    checkElementWise(context);
    const table = context.constant('table', layer.table);
    if (!table) return;
    expectShape(context, 'table', table.shape, [undefined], 'a table is a vector');
    if ((table.shape[0] ?? 0) % (2 * layer.range) !== 0)
      context.report('table', `has ${table.shape[0]} entries, no multiple of 2 x range = ${2 * layer.range}`);
  },
};
