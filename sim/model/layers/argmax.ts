/** 1 where a slice is largest (the first such place), 0 elsewhere. Source: hls4ml 1.3.0 `softmax_argmax`. */
import { z } from 'zod';
import { checkElementWise, layerFields, type LayerKind } from '../layer-kind.ts';
import { checkSlices } from './table-softmax.ts';

export const argmaxSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('argmax'),
  /** [outer, slice, inner]: sizes before, along and after the axis. */
  slices: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]).readonly(),
});
export type Argmax = z.output<typeof argmaxSchema>;

export const argmax: LayerKind<Argmax> = {
  kind: 'argmax',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    checkElementWise(context);
    checkSlices(layer.slices, context);
  },
};
