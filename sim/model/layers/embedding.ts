/** Row number x of a table for every element x of the input, assigned to the output type. Source: hls4ml `embedding`. */
import { z } from 'zod';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const embeddingSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('embedding'),
  /** Name of the constant that holds the rows, [vocabulary, size]. */
  rows: z.string(),
});
export type Embedding = z.output<typeof embeddingSchema>;

export const embedding: LayerKind<Embedding> = {
  kind: 'embedding',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    const [x, out, rows] = [context.input(0), context.output(0), context.constant('rows', layer.rows)];
    if (!x || !out || !rows) return;
    expectShape(context, 'rows', rows.shape, [undefined, undefined], 'rows are [vocabulary, size]');
    expectShape(context, 'outputs[0]', out.shape, [...x.shape, rows.shape[1]], 'a row for every element');
  },
};
