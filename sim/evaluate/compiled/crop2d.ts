import { imageShape } from '../../model/layer-kind.ts';
import type { MakeKernel } from './kernel.ts';
import { imageMap, moveValues } from './move.ts';

export const crop2d: MakeKernel<'crop2d'> = ({ crop }, { inputs, outputs }) => {
  const [, width] = imageShape(inputs[0].shape);
  const from = imageMap(imageShape(outputs[0].shape), width, (row, column) => [
    row + crop.top,
    column + crop.left,
  ]);
  return moveValues(inputs[0], outputs[0], from);
};
