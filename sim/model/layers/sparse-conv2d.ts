/**
 * Convolution over the kept pixels only: outputs stand where inputs stand (submanifold), stride 1, same padding.
 *
 * Inputs: features [N, C], coordinates [N, 2]. Output: features [N, F]. Weights [kh, kw, C, F], bias [F].
 * Every partial sum is assigned to `accumulator`; the result is assigned to the output type at the end. The
 * published kernels accumulate in the (unsigned, rounding, saturating) output type; a wide signed accumulator,
 * with one rounding at the end, is the other choice in use.
 * The published kernels give 0 where all features of a slot are 0; the package's layers only where a slot holds no pixel.
 * Source: SparsePixels 0.2.1 `sparse_conv` (arXiv:2512.06208), 0.3.2 `QConv2DSparse`.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind, SPARSEPIXELS } from '../layer-kind.ts';

export const sparseConv2dSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('sparse-conv2d'),
  accumulator: formatCodec,
  weights: z.string(),
  bias: z.string(),
});
export type SparseConv2d = z.output<typeof sparseConv2dSchema>;

export const sparseConv2d: LayerKind<SparseConv2d> = {
  kind: 'sparse-conv2d',
  arity: [2, 1],
  dialects: SPARSEPIXELS,
  check(layer, context) {
    const [features, coordinates, out] = [context.input(0), context.input(1), context.output(0)];
    const weights = context.constant('weights', layer.weights);
    const bias = context.constant('bias', layer.bias);
    if (!features || !coordinates || !out || !weights || !bias) return;
    context.extent(1);
    const [slots, channels] = features.shape;
    expectShape(
      context,
      'inputs[0]',
      features.shape,
      [undefined, undefined],
      'features are [slots, channels]',
    );
    expectShape(context, 'inputs[1]', coordinates.shape, [slots, 2], 'coordinates are [slots, 2]');
    expectShape(context, 'outputs[0]', out.shape, [slots, undefined], 'outputs stand where inputs stand');
    const filters = out.shape[1];
    expectShape(
      context,
      'weights',
      weights.shape,
      [weights.shape[0], weights.shape[0], channels, filters],
      'weights are [kernel, kernel, channels, filters]',
    );
    expectShape(context, 'bias', bias.shape, [filters], 'one bias a filter');
  },
};
