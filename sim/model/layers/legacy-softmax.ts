/**
 * Softmax along one axis from differences of pairs: out_i = 1 / sum over j of exp(x_j - x_i).
 *
 * Every exp is an entry of `expTable` (over [-8, 8), index truncated toward zero, clamped; 1 where j = i); the sum is
 * assigned to `sum` at every addition; `inverseTable` covers [0, 64). Source: hls4ml 1.3.0 `softmax_legacy`.
 */
import { z } from 'zod';
import { formatCodec } from '../codecs.ts';
import { checkElementWise, layerFields, type LayerKind } from '../layer-kind.ts';
import { checkSlices } from './table-softmax.ts';

export const legacySoftmaxSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('legacy-softmax'),
  /** [outer, slice, inner]: sizes before, along and after the axis. */
  slices: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]).readonly(),
  sum: formatCodec,
  expTable: z.string(),
  inverseTable: z.string(),
});
export type LegacySoftmax = z.output<typeof legacySoftmaxSchema>;

export const legacySoftmax: LayerKind<LegacySoftmax> = {
  kind: 'legacy-softmax',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    checkElementWise(context);
    checkSlices(layer.slices, context);
    context.constant('expTable', layer.expTable);
    context.constant('inverseTable', layer.inverseTable);
  },
};
