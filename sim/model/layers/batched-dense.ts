/**
 * Dense layers side by side: input [I, L, C], output [I, L, M], weights [I, C, M], bias [I, L, M]. Each of the I x L
 * vectors of C numbers goes through the matrix of its first axis; sums as in `dense`.
 *
 * Source: hls4ml 1.3.0 `einsum_dense`, between its transpositions.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const batchedDenseSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('batched-dense'),
  accumulator: formatCodec,
  weights: z.string(),
  bias: z.string(),
});
export type BatchedDense = z.output<typeof batchedDenseSchema>;

export const batchedDense: LayerKind<BatchedDense> = {
  kind: 'batched-dense',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    const [x, out] = [context.input(0), context.output(0)];
    const weights = context.constant('weights', layer.weights);
    const bias = context.constant('bias', layer.bias);
    if (!x || !out || !weights || !bias) return;
    const [batch, rows, inputs] = x.shape;
    expectShape(context, 'inputs[0]', x.shape, [undefined, undefined, undefined], '[batch, rows, inputs]');
    expectShape(context, 'outputs[0]', out.shape, [batch, rows, undefined], '[batch, rows, outputs]');
    expectShape(context, 'weights', weights.shape, [batch, inputs, out.shape[2]], '[batch, inputs, outputs]');
    expectShape(context, 'bias', bias.shape, out.shape, 'one bias an output');
  },
};
