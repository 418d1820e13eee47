/** What differs between the three compilers: how they spell types, streams and hints. The kernels are the same. */
import type { FixedFormat } from 'fixed-point-ts';
import type { HintStyle } from './annotate.ts';

export const HLS_TARGETS = ['vitis', 'catapult', 'oneapi'] as const;
export type HlsTarget = (typeof HLS_TARGETS)[number];

export interface HlsDialect {
  readonly target: HlsTarget;
  readonly hints: HintStyle;
  /** The C++ type of a format. @throws InputError `HLS002` if the target's number types cannot say it */
  readonly type: (format: FixedFormat) => string;
  /** Text of `src/kernels/numbers.h`: the number types and the few functions that kernels need on top of them. */
  readonly numbers: string;
  /** The stream type that carries one beat at a time. */
  readonly streamOf: (beat: string) => string;
  /** Text that includes or defines the stream type. */
  readonly streamInclude: string;
}
