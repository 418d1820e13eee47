/**
 * Softmax along one axis by two look-up tables, with or without the largest value taken off first.
 *
 * d = largest - x assigned to `address` (or x itself); e = expTable[top bits of d] assigned to `accumulator`; s = sum
 * of e in a balanced tree, assigned to `accumulator` at every addition and then to `inverseAddress`;
 * r = inverseTable[top bits of s]; out = e r assigned to the output type. In the tree the left part holds the largest
 * power of two below n. Tables are addressed by the most significant log2(n) bits of the two's complement pattern.
 * Source: hls4ml 1.3.0 `softmax_stable`, `softmax_latency`.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { checkElementWise, layerFields, type LayerKind } from '../layer-kind.ts';

export const tableSoftmaxSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('table-softmax'),
  /** [outer, slice, inner]: sizes before, along and after the axis; their product is the input's. */
  slices: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]).readonly(),
  subtractLargest: z.boolean(),
  address: formatCodec,
  accumulator: formatCodec,
  inverseAddress: formatCodec,
  /** Names of the constants that hold the tables, [n] each, n a power of two. */
  expTable: z.string(),
  inverseTable: z.string(),
});
export type TableSoftmax = z.output<typeof tableSoftmaxSchema>;

export const tableSoftmax: LayerKind<TableSoftmax> = {
  kind: 'table-softmax',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    checkElementWise(context);
    checkSlices(layer.slices, context);
    const tables = [
      ['expTable', layer.address.width],
      ['inverseTable', layer.inverseAddress.width],
    ] as const;
    for (const [field, width] of tables) {
      const table = context.constant(field, layer[field]);
      const bits = Math.log2(table?.shape[0] ?? 1);
      if (!Number.isInteger(bits) || bits > width)
        context.report(
          field,
          `has ${table?.shape[0]} entries, expected a power of two of at most 2^${width}`,
        );
    }
  },
};

/** Reports unless the slices make up the whole input. */
export function checkSlices(
  slices: readonly [number, number, number],
  context: Parameters<LayerKind<never>['check']>[1],
): void {
  const x = context.input(0);
  const size = slices[0] * slices[1] * slices[2];
  const total = x?.shape.reduce((product, extent) => product * extent, 1);
  if (total !== undefined && total !== size)
    context.report('slices', `hold ${size} values, the input has ${total}`);
}
