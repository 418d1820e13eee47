import type { MakeKernel } from './kernel.ts';
import { moveValues } from './move.ts';

/** Walks the output in order and keeps the input's offset, one step of the moved axis at a time. */
export const transpose: MakeKernel<'transpose'> = ({ permutation }, { inputs, outputs }) => {
  const [x, out] = [inputs[0], outputs[0]];
  let step = 1;
  const inputSteps = x.shape.toReversed().map((size) => (step *= size) / size);
  const steps = permutation.map((axis) => inputSteps[x.shape.length - 1 - axis]);
  const place = out.shape.map(() => 0);
  const from = Int32Array.from(out.raw, () => {
    const offset = place.reduce((total, coordinate, axis) => total + coordinate * steps[axis], 0);
    for (let axis = place.length - 1; axis >= 0 && ++place[axis] === out.shape[axis]; axis--) place[axis] = 0;
    return offset;
  });
  return moveValues(x, out, from);
};
