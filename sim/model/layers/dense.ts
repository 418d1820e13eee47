/**
 * Fully connected layer on the flattened input. Input of n elements in row-major order, output [m], weights
 * [n, m], bias [m].
 *
 * The sum starts from the bias; every product and every sum is assigned to `accumulator`, in input order; the
 * result is assigned to the output type. Source: hls4ml `dense_latency`.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { elements, expectShape, HLS4ML, layerFields, type LayerKind } from '../layer-kind.ts';

export const denseSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('dense'),
  accumulator: formatCodec,
  weights: z.string(),
  bias: z.string(),
});
export type Dense = z.output<typeof denseSchema>;

export const dense: LayerKind<Dense> = {
  kind: 'dense',
  arity: [1, 1],
  dialects: HLS4ML,
  check(layer, context) {
    const [x, out] = [context.input(0), context.output(0)];
    const weights = context.constant('weights', layer.weights);
    const bias = context.constant('bias', layer.bias);
    if (!x || !out || !weights || !bias) return;
    expectShape(context, 'outputs[0]', out.shape, [undefined], 'a dense layer makes a vector');
    expectShape(
      context,
      'weights',
      weights.shape,
      [elements(x.shape), out.shape[0]],
      'weights are [inputs, outputs]',
    );
    expectShape(context, 'bias', bias.shape, [out.shape[0]], 'one bias an output');
  },
};
