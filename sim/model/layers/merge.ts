/**
 * Two tensors of one shape, element by element: sum, difference, product, mean, larger or smaller value; exact,
 * assigned once to the output type. Source: hls4ml `nnet_merge.h`.
 */
import { z } from 'zod';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const mergeSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('merge'),
  operation: z.enum(['add', 'subtract', 'multiply', 'average', 'maximum', 'minimum']),
});
export type Merge = z.output<typeof mergeSchema>;

export const merge: LayerKind<Merge> = {
  kind: 'merge',
  arity: [2, 1],
  dialects: ['hls4ml-1.3.0'],
  check(_layer, context) {
    const [a, b, out] = [context.input(0), context.input(1), context.output(0)];
    if (!a || !b || !out) return;
    expectShape(context, 'inputs[1]', b.shape, a.shape, 'both inputs have one shape');
    expectShape(context, 'outputs[0]', out.shape, a.shape, 'element by element');
  },
};
