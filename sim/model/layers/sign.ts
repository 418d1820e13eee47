/**
 * Binary tanh: x >= 0 ? 1 : -1. Ternary tanh: y = 2x assigned to the input's type; y > 1 ? 1 : y > -1 ? 0 : -1.
 *
 * Element by element, assigned to the output type; a binary output of one unsigned bit holds 1 and 0 for 1 and -1.
 * Source: hls4ml `binary_tanh`, `ternary_tanh`.
 */
import { z } from 'zod';
import { checkElementWise, layerFields, type LayerKind } from '../layer-kind.ts';

export const signSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('sign'),
  levels: z.union([z.literal(2), z.literal(3)]),
});
export type Sign = z.output<typeof signSchema>;

export const sign: LayerKind<Sign> = {
  kind: 'sign',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check: (_layer, context) => checkElementWise(context),
};
