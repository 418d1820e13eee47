/**
 * Softmax over a vector, in hls4ml's "stable" form: two look-up tables and a saturating sum.
 *
 * d = x - max(x) assigned to `difference`; e = expTable[top bits of d]; s = sum of e assigned to the type of
 * the exp table; r = inverseTable[top bits of s]; out = e r assigned to the output type. Both tables are
 * addressed by the most significant log2(n) bits of the two's complement pattern, read as unsigned.
 * Source: hls4ml `softmax_stable`.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const softmaxSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('softmax'),
  difference: formatCodec,
  /** Names of the constants that hold the tables, [n] each, n a power of two. */
  expTable: z.string(),
  inverseTable: z.string(),
});
export type Softmax = z.output<typeof softmaxSchema>;

export const softmax: LayerKind<Softmax> = {
  kind: 'softmax',
  arity: [1, 1],
  dialects: ['hls4ml-1.0.0'],
  check(layer, context) {
    const [x, out] = [context.input(0), context.output(0)];
    const expTable = context.constant('expTable', layer.expTable);
    const inverseTable = context.constant('inverseTable', layer.inverseTable);
    if (!x || !out || !expTable || !inverseTable) return;
    expectShape(context, 'inputs[0]', x.shape, [undefined], 'softmax takes a vector');
    expectShape(context, 'outputs[0]', out.shape, x.shape, 'element by element');
    const address = [
      ['expTable', expTable, layer.difference.width],
      ['inverseTable', inverseTable, expTable.type.width],
    ] as const;
    for (const [field, table, width] of address) {
      const bits = Math.log2(table.shape[0] ?? 0);
      if (!Number.isInteger(bits) || bits > width) {
        context.report(field, `has ${table.shape[0]} entries, expected a power of two of at most 2^${width}`);
      }
    }
  },
};
