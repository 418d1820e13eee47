/** max(value, 0) assigned to the output type, element by element. Source: hls4ml `relu`. */
import { z } from 'zod';
import { expectShape, HLS4ML, layerFields, type LayerKind } from '../layer-kind.ts';

export const reluSchema = z.strictObject({ ...layerFields, kind: z.literal('relu') });
export type Relu = z.output<typeof reluSchema>;

export const relu: LayerKind<Relu> = {
  kind: 'relu',
  arity: [1, 1],
  dialects: HLS4ML,
  check(_layer, context) {
    const [x, out] = [context.input(0), context.output(0)];
    if (!x || !out) return;
    expectShape(context, 'outputs[0]', out.shape, x.shape, 'element by element');
  },
};
