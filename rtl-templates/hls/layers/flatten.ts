import type { PlanLayer } from '../hls-layer.ts';
import { elementwise } from '../kernels/elementwise.ts';

const kernel = elementwise('flatten', 'The same values in the same order, assigned to the output type.', 'x');

export const flatten: PlanLayer<'flatten'> = (_layer, { input }) => {
  const { beats, lanes } = input(0);
  return { kernel, inputs: ['input'], outputs: ['output'], numbers: { beats, lanes } };
};
