/** Axes in another order: axis i of the output is axis permutation[i] of the input; assigned to the output type. */
import { z } from 'zod';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const transposeSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('transpose'),
  permutation: z.array(z.int().min(0)).min(1).readonly(),
});
export type Transpose = z.output<typeof transposeSchema>;

export const transpose: LayerKind<Transpose> = {
  kind: 'transpose',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check({ permutation }, context) {
    const [x, out] = [context.input(0), context.output(0)];
    if (!x || !out) return;
    const axes = x.shape.map((_, axis) => axis);
    if (permutation.toSorted((a, b) => a - b).join() !== axes.join()) {
      context.report('permutation', `is no order of the axes ${axes.join(', ')}`);
      return;
    }
    const shape = permutation.map((axis) => x.shape[axis]);
    expectShape(context, 'outputs[0]', out.shape, shape, 'the axes of the input in the new order');
  },
};
