/** The same values in row-major order as a vector, assigned to the output type. */
import { z } from 'zod';
import { elements, expectShape, HLS4ML, layerFields, type LayerKind } from '../layer-kind.ts';

export const flattenSchema = z.strictObject({ ...layerFields, kind: z.literal('flatten') });
export type Flatten = z.output<typeof flattenSchema>;

export const flatten: LayerKind<Flatten> = {
  kind: 'flatten',
  arity: [1, 1],
  dialects: HLS4ML,
  check(_layer, context) {
    const [x, out] = [context.input(0), context.output(0)];
    if (!x || !out) return;
    expectShape(context, 'outputs[0]', out.shape, [elements(x.shape)], 'all elements of the input');
  },
};
