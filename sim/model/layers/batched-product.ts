/**
 * Matrix products side by side: inputs [I, L, C] and [I, M, C], output [I, L, M], the sum over C of their products.
 * Every partial sum is assigned to `accumulator`, products are exact. Source: hls4ml 1.3.0 `einsum`.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const batchedProductSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('batched-product'),
  accumulator: formatCodec,
});
export type BatchedProduct = z.output<typeof batchedProductSchema>;

export const batchedProduct: LayerKind<BatchedProduct> = {
  kind: 'batched-product',
  arity: [2, 1],
  dialects: ['hls4ml-1.3.0'],
  check(_layer, context) {
    const [a, b, out] = [context.input(0), context.input(1), context.output(0)];
    if (!a || !b || !out) return;
    expectShape(context, 'inputs[0]', a.shape, [undefined, undefined, undefined], '[batch, rows, terms]');
    expectShape(
      context,
      'inputs[1]',
      b.shape,
      [a.shape[0], undefined, a.shape[2]],
      '[batch, columns, terms]',
    );
    expectShape(
      context,
      'outputs[0]',
      out.shape,
      [a.shape[0], a.shape[1], b.shape[1]],
      '[batch, rows, columns]',
    );
  },
};
