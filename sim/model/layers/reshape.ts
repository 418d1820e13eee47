/** The same values in row-major order in another shape, assigned to the output type. */
import { z } from 'zod';
import { elements, layerFields, type LayerKind } from '../layer-kind.ts';

export const reshapeSchema = z.strictObject({ ...layerFields, kind: z.literal('reshape') });
export type Reshape = z.output<typeof reshapeSchema>;

export const reshape: LayerKind<Reshape> = {
  kind: 'reshape',
  arity: [1, 1],
  dialects: ['hls4ml-1.3.0'],
  check(_layer, context) {
    const [x, out] = [context.input(0), context.output(0)];
    if (x && out && elements(x.shape) !== elements(out.shape))
      context.report('outputs[0]', `has ${elements(out.shape)} elements, the input has ${elements(x.shape)}`);
  },
};
