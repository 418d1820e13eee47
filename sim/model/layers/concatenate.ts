/** Two tensors one after the other along an axis, assigned to the output type. Source: hls4ml `concatenate1d`.. `3d`. */
import { z } from 'zod';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const concatenateSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('concatenate'),
  axis: z.int().min(0),
});
export type Concatenate = z.output<typeof concatenateSchema>;

export const concatenate: LayerKind<Concatenate> = {
  kind: 'concatenate',
  arity: [2, 1],
  dialects: ['hls4ml-1.3.0'],
  check({ axis }, context) {
    const [a, b, out] = [context.input(0), context.input(1), context.output(0)];
    if (!a || !b || !out) return;
    if (axis >= a.shape.length) {
      context.report('axis', `is ${axis}, the inputs have ${a.shape.length} axes`);
      return;
    }
    const others = a.shape.map((size, at) => (at === axis ? undefined : size));
    expectShape(context, 'inputs[1]', b.shape, others, 'the other axes agree');
    const shape = a.shape.map((size, at) => (at === axis ? size + (b.shape[at] ?? 0) : size));
    expectShape(context, 'outputs[0]', out.shape, shape, 'one after the other');
  },
};
