/**
 * max(value, 0) assigned to the output type, feature by feature.
 *
 * Input and output: features [N, C]. Source: SparsePixels 0.2.1 `sparse_relu`.
 */
import { z } from 'zod';
import { expectShape, layerFields, type LayerKind, SPARSEPIXELS } from '../layer-kind.ts';

export const sparseReluSchema = z.strictObject({ ...layerFields, kind: z.literal('sparse-relu') });
export type SparseRelu = z.output<typeof sparseReluSchema>;

export const sparseRelu: LayerKind<SparseRelu> = {
  kind: 'sparse-relu',
  arity: [1, 1],
  dialects: SPARSEPIXELS,
  check(_layer, context) {
    const [features, out] = [context.input(0), context.output(0)];
    if (!features || !out) return;
    expectShape(
      context,
      'inputs[0]',
      features.shape,
      [undefined, undefined],
      'features are [slots, channels]',
    );
    expectShape(context, 'outputs[0]', out.shape, features.shape, 'element by element');
  },
};
