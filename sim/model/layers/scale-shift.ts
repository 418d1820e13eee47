/**
 * x scale + shift with a scale and a shift for each channel (the last axis) or each element; exact, assigned once to
 * the output type: batch normalisation at inference. Source: hls4ml `normalize`.
 */
import { z } from 'zod';
import { checkElementWise, elements, layerFields, type LayerKind } from '../layer-kind.ts';

export const scaleShiftSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('scale-shift'),
  /** Names of constants whose sizes divide the input's: value i of the input takes entry i modulo the size. */
  scale: z.string(),
  shift: z.string(),
});
export type ScaleShift = z.output<typeof scaleShiftSchema>;

export const scaleShift: LayerKind<ScaleShift> = {
  kind: 'scale-shift',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    checkElementWise(context);
    const x = context.input(0);
    for (const field of ['scale', 'shift'] as const) {
      const constant = context.constant(field, layer[field]);
      if (x && constant && elements(x.shape) % elements(constant.shape) !== 0)
        context.report(field, `has ${elements(constant.shape)} values, which do not divide the input's`);
    }
  },
};
