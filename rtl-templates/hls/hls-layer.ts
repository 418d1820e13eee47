/**
 * What a layer kind contributes to an HLS project: a kernel (one header) and the struct of constants and types that
 * the kernel is instantiated with.
 */
import type { FixedFormat } from 'fixed-point-ts';
import type { Constant, Layer, LayerChoices, LayerOf, Tensor } from '../../sim/model/index.ts';

/** One header of `src/kernels/`. Texts are the body of `namespace kernels`, with hints (annotate.ts). */
export interface Kernel {
  /** Name of the header and of its function. */
  readonly name: string;
  /** Opening comment: what is computed, exactly. */
  readonly about: string;
  readonly needs: readonly Kernel[];
  /** What both forms share. */
  readonly common?: string;
  /** Whole tensors as arrays, row-major. */
  readonly parallel: string;
  /** One beat at a time. */
  readonly stream: string;
}

/** How a tensor travels: `beats` times `lanes` values, row-major. */
export interface Layout {
  readonly beats: number;
  readonly lanes: number;
}

export interface LaidOutTensor extends Tensor, Layout {}

/** One instance of a kernel. Roles name the types and beats inside the struct: `input` gives `input_t`, `input_beat`. */
export interface LayerPlan {
  readonly kernel: Kernel;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integer constants of the struct. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Types of the struct besides those of tensors, by name without `_t`. */
  readonly types?: Readonly<Record<string, FixedFormat>>;
  /** Plain integer types of the struct (bit patterns), by name without `_t`. */
  readonly integers?: Readonly<Record<string, FixedFormat>>;
  /** Single values of the struct, each a static function of its name. */
  readonly values?: Readonly<Record<string, { readonly type: FixedFormat; readonly raw: bigint }>>;
  /** Further members of the struct, as C++. They may use its types. */
  readonly members?: string;
  /** Constants that the kernel takes as arguments behind its tensors, by role. */
  readonly constants?: Readonly<Record<string, string>>;
  /** What the reader should know of this instance, e.g. that a reuse factor was changed. */
  readonly note?: string;
}

/** A layer's choices, none left open. */
export type Choices = { readonly [K in keyof LayerChoices]-?: NonNullable<LayerChoices[K]> };

export interface PlanContext {
  readonly input: (index: number) => LaidOutTensor;
  readonly output: (index: number) => LaidOutTensor;
  readonly constant: (name: string) => Constant;
  readonly choices: Choices;
}

export type PlanLayer<K extends Layer['kind']> = (layer: LayerOf<K>, context: PlanContext) => LayerPlan;
