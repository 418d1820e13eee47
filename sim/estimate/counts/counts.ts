/**
 * What a layer is built of, counted from its shapes, types and weights: so many comparators, multipliers, registers.
 *
 * A cost table prices each named count. Two tools, two figures with prices each; DSPs and block RAMs are counted as they
 * are. The count `known` has the price 1: costs that the reports give exactly.
 */
import type { Mapping, Model } from '../../model/index.ts';
import type { Profile, TensorRanges } from '../../lower/hls/index.ts';

export const FIGURES = ['csynth.lut', 'csynth.ff', 'vivado.lut', 'vivado.ff'] as const;
export type Figure = (typeof FIGURES)[number];

/** Counts by name; a name begins with the sort of hardware it belongs to. */
export type PricedCounts = Readonly<Record<string, number>>;

export interface BlockCounts {
  readonly dsp: number;
  /** Block RAMs of 18 Kb. */
  readonly bram18k: number;
}

export interface LayerCounts {
  readonly priced: { readonly [F in Figure]: PricedCounts };
  readonly csynth: BlockCounts;
  readonly vivado: BlockCounts;
  /** What lies outside the calibration; empty if nothing does. */
  readonly extrapolated: readonly string[];
}

/** What the counting of one layer sees of the design. */
export interface Counting {
  readonly model: Model;
  readonly mapping: Mapping;
  readonly profile: Profile;
  readonly ranges: TensorRanges;
  readonly budgetNs: number;
  /** Bits of a tensor's elements between processes. */
  readonly channelBits: (tensor: string) => number;
  /** Whether any layer reads the tensor. */
  readonly isRead: (tensor: string) => boolean;
}

export const NO_BLOCKS: BlockCounts = { dsp: 0, bram18k: 0 };
export const NO_COUNTS: LayerCounts = {
  priced: { 'csynth.lut': {}, 'csynth.ff': {}, 'vivado.lut': {}, 'vivado.ff': {} },
  csynth: NO_BLOCKS,
  vivado: NO_BLOCKS,
  extrapolated: [],
};
