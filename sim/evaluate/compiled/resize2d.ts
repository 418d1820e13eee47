import { imageShape } from '../../model/layer-kind.ts';
import type { MakeKernel } from './kernel.ts';
import { imageMap, moveValues } from './move.ts';

export const resize2d: MakeKernel<'resize2d'> = ({ factor }, { inputs, outputs }) => {
  const [, width] = imageShape(inputs[0].shape);
  const from = imageMap(imageShape(outputs[0].shape), width, (row, column) => [
    Math.trunc(row / factor[0]),
    Math.trunc(column / factor[1]),
  ]);
  return moveValues(inputs[0], outputs[0], from);
};
