/**
 * The operations of a Circuit: few, exact on integers, and each with one meaning in the simulator and in Verilog.
 *
 * Elementwise operations take operands of one shape. An operand marked "[K]" has one axis more than the result, and
 * the operation reduces it. Everything bigger (trees, prefix sums, casts, rank and select) is composed of these in
 * compose.ts, so that the scheduler may put a register between any two.
 */
import type { Rounding } from 'fixed-point-ts';

export type Operation =
  /** An array that arrives with the event; with beats T, one array in each of T beats, at any pace. */
  | { readonly kind: 'input' }
  /** Known values; with beats T, T arrays one after the other. */
  | { readonly kind: 'constant'; readonly values: readonly number[] }
  | { readonly kind: 'add' }
  | { readonly kind: 'subtract' }
  | { readonly kind: 'multiply' }
  /** x 2^bits. */
  | { readonly kind: 'shift-left'; readonly bits: number }
  /** a 2^bits + b, where b is in 0..2^bits - 1: two numbers side by side. */
  | { readonly kind: 'join'; readonly bits: number }
  /** x 2^-bits, rounded to an integer. */
  | { readonly kind: 'round'; readonly bits: number; readonly rounding: Rounding }
  /** Into lo..hi. */
  | { readonly kind: 'clamp'; readonly lo: number; readonly hi: number }
  /** The low `width` bits, read as signed or unsigned. */
  | { readonly kind: 'wrap'; readonly width: number; readonly signed: boolean }
  | { readonly kind: 'less' }
  | { readonly kind: 'equal' }
  /** Of 0 and 1. */
  | { readonly kind: 'not' }
  | { readonly kind: 'and' }
  | { readonly kind: 'or' }
  /** condition, then, else. */
  | { readonly kind: 'select' }
  /** Row x - lo of a table; a row of K entries adds an axis. Logic, or a memory block with a registered output. */
  | {
      readonly kind: 'table';
      readonly rows: readonly (readonly number[])[];
      readonly lo: number;
      readonly style: 'logic' | 'block';
    }
  /** [K] bits, lowest first, to an unsigned integer. */
  | { readonly kind: 'pack' }
  /** 1 if any of the [K] bits is. */
  | { readonly kind: 'any' }
  /** Of values [K] the one whose bit in [K] is set; 0 if none is. At most one is (who builds the graph proves it). */
  | { readonly kind: 'one-hot' }
  /** An index, and values [K]: the value at the index, 0 beyond the end. */
  | { readonly kind: 'mux' }
  /** Arrays joined along an axis. */
  | { readonly kind: 'concat'; readonly axis: number }
  /** [T, ...] once per event, to one [...] in each of T beats. */
  | { readonly kind: 'serialise' }
  /** One [...] in each of T beats, to [T, ...] once per event. */
  | { readonly kind: 'collect' }
  /** The sum over the beats. */
  | { readonly kind: 'accumulate' }
  /** Streamed: the sum over the beats before this one, or `limit` if it is more. The operand is never negative. */
  | { readonly kind: 'running'; readonly limit: number }
  /** Of streamed values the one that is not 0; 0 if all are. At most one is (who builds the graph proves it). */
  | { readonly kind: 'either' };

export type OperationKind = Operation['kind'];

/** Operands whose last axis the operation reduces. */
export function reducedOperands({ kind }: Operation): readonly number[] {
  switch (kind) {
    case 'pack':
    case 'any':
      return [0];
    case 'one-hot':
      return [0, 1];
    case 'mux':
      return [1];
    default:
      return [];
  }
}

/** Whether the result of beat T - 1 is in a register of its own: such a value is there from the step after. */
export function isGathered({ kind }: Operation): boolean {
  return kind === 'collect' || kind === 'accumulate' || kind === 'either';
}
