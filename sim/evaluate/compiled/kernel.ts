/**
 * What a compiled kernel is made from: tensors and constants as Float64Array of raw integers, all below 2^53.
 *
 * `make` looks at types and values once and returns a function without arguments that reads and writes the arrays
 * and allocates nothing.
 */
import { type FixedFormat, maxRaw, minRaw, NUMBER_BITS } from 'fixed-point-ts';
import { InputError, type Layer, type LayerOf } from '../../model/index.ts';

export interface NumberTensor {
  readonly shape: readonly number[];
  readonly type: FixedFormat;
  readonly raw: Float64Array;
}

export interface Buffers {
  readonly inputs: readonly NumberTensor[];
  readonly outputs: readonly NumberTensor[];
  readonly constant: (name: string) => NumberTensor;
}

export type MakeKernel<K extends Layer['kind']> = (layer: LayerOf<K>, buffers: Buffers) => () => void;

/** Largest magnitude that a type holds. */
export function magnitude(type: FixedFormat): number {
  return Math.max(Number(maxRaw(type)), -Number(minRaw(type)));
}

/**
 * Refuses a step whose exact intermediate results can reach 2^53, where numbers stop being exact.
 * @throws InputError `EVA002`
 */
export function needNumberRange(layer: Layer, what: string, bound: number): void {
  if (bound < 2 ** NUMBER_BITS) return;
  throw new InputError({
    code: 'EVA002',
    layer: layer.name,
    what: `${what} can need ${Math.floor(Math.log2(bound)) + 1} bits, the compiled evaluator has ${NUMBER_BITS}`,
    mend: 'use the reference evaluator',
  });
}

/** Refuses an internal type that numbers cannot hold. @throws InputError `EVA002` */
export function needNumberType(layer: Layer, field: string, type: FixedFormat): void {
  if (type.width <= NUMBER_BITS) return;
  throw new InputError({
    code: 'EVA002',
    layer: layer.name,
    field,
    what: `has ${type.width} bits, the compiled evaluator takes up to ${NUMBER_BITS}`,
    mend: 'use the reference evaluator',
  });
}

/** Fraction bits of a sum of two numbers, and the factors that bring both raw integers there. */
export function aligned(aFrac: number, bFrac: number): { frac: number; scaleA: number; scaleB: number } {
  const frac = Math.max(aFrac, bFrac);
  return { frac, scaleA: 2 ** (frac - aFrac), scaleB: 2 ** (frac - bFrac) };
}
