import type { Kernel } from './kernel.ts';
import { sigmoid } from './sigmoid.ts';

/** The rule of sigmoid's table, with another table and range. */
export const tableFunction: Kernel<'table-function'> = (layer, io) =>
  sigmoid({ ...layer, kind: 'sigmoid' }, io);
