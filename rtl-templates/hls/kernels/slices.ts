/** Kernels that work along one axis: each slice is gathered, handed to a function, and put back. */
import type { Kernel } from '../hls-layer.ts';
import { text } from '../text.ts';
import { wholeTensorKernel } from './whole-tensor.ts';

export interface SliceKernel {
  readonly name: string;
  readonly about: string;
  readonly parameters?: string;
  /** Function `NAME_of<Layer>(slice, result...)` and what it needs. */
  readonly common: string;
  /** Names of the parameters, with a leading comma. */
  readonly given?: string;
}

export function sliceKernel({ name, about, parameters = '', common, given = '' }: SliceKernel): Kernel {
  return wholeTensorKernel({
    name,
    about,
    inputs: 1,
    parameters,
    common,
    body: text`
      for (int block = 0; block < Layer::outer; block++) {
        for (int offset = 0; offset < Layer::inner; offset++) {
          //@ registers
          typename Layer::input_t slice[Layer::size];
          //@ registers
          typename Layer::output_t result[Layer::size];
          //@ unroll
          for (int i = 0; i < Layer::size; i++) {
            slice[i] = x[(block * Layer::size + i) * Layer::inner + offset];
          }
          ${name}_of<Layer>(slice, result${given});
          //@ unroll
          for (int i = 0; i < Layer::size; i++) {
            out[(block * Layer::size + i) * Layer::inner + offset] = result[i];
          }
        }
      }
    `,
  });
}

/** Numbers of slices [outer, slice, inner]. */
export function sliceNumbers([outer, size, inner]: readonly [number, number, number]): Record<
  string,
  number
> {
  return { outer, size, inner };
}
