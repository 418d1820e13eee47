/**
 * Each element assigned to a type of its own, then to the output type: a quantiser with a width for every element.
 *
 * Source: HGQ2's heterogeneous quantisers, hls4ml 1.3.0 `FixedPointQuantizer`.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { checkElementWise, elements, layerFields, type LayerKind } from '../layer-kind.ts';

export const quantizeSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('quantize'),
  types: z.array(formatCodec).readonly(),
  /** For each element of the input the index of its type, or -1 where the result is 0. */
  assignment: z.array(z.int().min(-1)).readonly(),
});
export type Quantize = z.output<typeof quantizeSchema>;

export const quantize: LayerKind<Quantize> = {
  kind: 'quantize',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check({ types, assignment }, context) {
    checkElementWise(context);
    const x = context.input(0);
    if (x && assignment.length !== elements(x.shape))
      context.report(
        'assignment',
        `has ${assignment.length} entries, the input ${elements(x.shape)} elements`,
      );
    const outside = assignment.findIndex((index) => index >= types.length);
    if (outside >= 0) context.report(`assignment[${outside}]`, `names no entry of 'types'`);
  },
};
