/**
 * Sum of the products of two vectors. Every product and every sum is assigned to `accumulator`, the result to the
 * output type. Source: hls4ml `dot1d`.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { expectShape, layerFields, type LayerKind } from '../layer-kind.ts';

export const dotSchema = z.strictObject({ ...layerFields, kind: z.literal('dot'), accumulator: formatCodec });
export type Dot = z.output<typeof dotSchema>;

export const dot: LayerKind<Dot> = {
  kind: 'dot',
  arity: [2, 1],
  dialects: ['hls4ml-1.3.0'],
  check(_layer, context) {
    const [a, b, out] = [context.input(0), context.input(1), context.output(0)];
    if (!a || !b || !out) return;
    expectShape(context, 'inputs[0]', a.shape, [undefined], 'a vector');
    expectShape(context, 'inputs[1]', b.shape, a.shape, 'both inputs have one shape');
    expectShape(context, 'outputs[0]', out.shape, [1], 'one number');
  },
};
