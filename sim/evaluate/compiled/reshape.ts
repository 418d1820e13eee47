import type { MakeKernel } from './kernel.ts';
import { moveValues } from './move.ts';

export const reshape: MakeKernel<'reshape'> = (_layer, { inputs, outputs }) =>
  moveValues(
    inputs[0],
    outputs[0],
    Int32Array.from(outputs[0].raw, (_, index) => index),
  );
