import type { MakeKernel } from './kernel.ts';
import { sigmoid } from './sigmoid.ts';

/** The rule of sigmoid's table, with another table and range. */
export const tableFunction: MakeKernel<'table-function'> = (layer, buffers) =>
  sigmoid({ ...layer, kind: 'sigmoid' }, buffers);
