/**
 * x > 0 ? x : slope x, element by element; one slope for all elements (leaky ReLU) or one for each (PReLU).
 *
 * The product is exact; the result is assigned to the output type. Source: hls4ml `leaky_relu`, `prelu`.
 */
import { z } from 'zod';
import { checkElementWise, elements, layerFields, type LayerKind } from '../layer-kind.ts';

export const parametricReluSchema = z.strictObject({
  ...layerFields,
  kind: z.literal('parametric-relu'),
  /** Name of the constant that holds the slopes: one, or as many as the input has elements. */
  slopes: z.string(),
});
export type ParametricRelu = z.output<typeof parametricReluSchema>;

export const parametricRelu: LayerKind<ParametricRelu> = {
  kind: 'parametric-relu',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(layer, context) {
    checkElementWise(context);
    const [x, slopes] = [context.input(0), context.constant('slopes', layer.slopes)];
    if (!x || !slopes) return;
    const count = elements(slopes.shape);
    if (count !== 1 && count !== elements(x.shape))
      context.report('slopes', `has ${count} values, expected 1 or ${elements(x.shape)}`);
  },
};
