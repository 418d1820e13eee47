/** What a reference kernel is given and gives: whole tensors of raw integers with their types. */
import type { Layer, LayerOf, Tensor } from '../../model/index.ts';

export interface TypedValues extends Tensor {
  readonly raw: readonly bigint[];
}

export interface KernelInputs {
  readonly inputs: readonly TypedValues[];
  readonly outputs: readonly Tensor[];
  readonly constant: (name: string) => TypedValues;
}

/** Returns the raw integers of each output. */
export type Kernel<K extends Layer['kind']> = (
  layer: LayerOf<K>,
  io: KernelInputs,
) => readonly (readonly bigint[])[];
