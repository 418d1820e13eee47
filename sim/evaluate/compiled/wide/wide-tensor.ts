/**
 * Tensors whose raw integers may need more than 53 bits: whole numbers in an array of BigInt, beside the Float64Array of
 * narrow ones. A wide kernel reads and writes both alike.
 */
import { type FixedFormat, NUMBER_BITS } from 'fixed-point-ts';
import { elements, type Layer, type LayerOf, type Tensor } from '../../../model/index.ts';
import type { NumberTensor } from '../kernel.ts';

export interface WideTensor {
  readonly shape: readonly number[];
  readonly type: FixedFormat;
  readonly size: number;
  readonly read: (index: number) => bigint;
  readonly write: (index: number, raw: bigint) => void;
}

export interface WideBuffers {
  readonly inputs: readonly WideTensor[];
  readonly outputs: readonly WideTensor[];
  readonly constant: (name: string) => { readonly type: FixedFormat; readonly raw: readonly bigint[] };
}

export type MakeWideKernel<K extends Layer['kind']> = (layer: LayerOf<K>, buffers: WideBuffers) => () => void;

export function needsWide(type: FixedFormat): boolean {
  return type.width > NUMBER_BITS;
}

/** A tensor of its own, for a type that numbers cannot hold. */
export function wideTensor({ shape, type }: Tensor): WideTensor & { readonly raw: bigint[] } {
  const raw = Array<bigint>(elements(shape)).fill(0n);
  return {
    shape,
    type,
    size: raw.length,
    raw,
    read: (index) => raw[index],
    write: (index, value) => (raw[index] = value),
  };
}

/** A tensor of numbers, as a wide kernel sees it. */
export function asWide({ shape, type, raw }: NumberTensor): WideTensor {
  return {
    shape,
    type,
    size: raw.length,
    read: (index) => BigInt(raw[index]),
    write: (index, value) => (raw[index] = Number(value)),
  };
}
