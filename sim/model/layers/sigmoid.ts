/**
 * Sigmoid by look-up table, element by element.
 *
 * Table of n entries over [-range, range): index = trunc(x n / (2 range)) + n/2, toward zero, clamped to 0..n-1;
 * the entry is assigned to the output type. Source: hls4ml `sigmoid` (range 8).
 */
import { z } from 'zod';
import { positiveInt } from '../codecs.ts';
import { expectShape, HLS4ML, layerFields, type LayerKind } from '../layer-kind.ts';

export const sigmoidSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('sigmoid'),
  /** Name of the constant that holds the table, [n]. */
  table: z.string(),
  range: positiveInt,
});
export type Sigmoid = z.output<typeof sigmoidSchema>;

export const sigmoid: LayerKind<Sigmoid> = {
  kind: 'sigmoid',
  arity: [1, 1],
  dialects: HLS4ML,
  check(layer, context) {
    const [x, out, table] = [context.input(0), context.output(0), context.constant('table', layer.table)];
    if (!x || !out || !table) return;
    expectShape(context, 'outputs[0]', out.shape, x.shape, 'element by element');
    expectShape(context, 'table', table.shape, [undefined], 'a table is a vector');
    if ((table.shape[0] ?? 0) % (2 * layer.range) !== 0) {
      context.report(
        'table',
        `has ${table.shape[0]} entries, which is no multiple of 2 x range = ${2 * layer.range}`,
      );
    }
  },
};
