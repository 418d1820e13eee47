/**
 * What one kind of layer must state about itself: its JSON fields and the rules that its shapes and types obey.
 *
 * A rule reports through the {@link LayerContext}; it never corrects and never guesses.
 */
import type { FixedFormat } from 'fixed-point-ts';
import { z } from 'zod';
import type { Constant, Tensor } from './tensor.ts';

/** Published implementations whose numerics differ; each layer names the one it follows. */
export const DIALECTS = [
  'sparsepixels-0.2.1',
  'sparsepixels-0.3.2',
  'hls4ml-1.0.0',
  'hls4ml-1.3.0',
  'pipewright-1',
] as const;

/**
 * SparsePixels' published kernels, and the Keras layers of its package. They differ in what a slot without a pixel is:
 * the kernels give it the coordinates (1, 1) and treat a pixel whose features are all 0 like it; in the layers a pixel
 * stays one, so that a slot without one has the coordinates (0, 0), which no pixel has.
 */
export const SPARSEPIXELS = ['sparsepixels-0.2.1', 'sparsepixels-0.3.2'] as const;

/** hls4ml's versions, for kinds whose numerics did not change between them. */
export const HLS4ML = ['hls4ml-1.0.0', 'hls4ml-1.3.0'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** Fields that every layer has. `inputs` and `outputs` are names of tensors, in the order the kind defines. */
export const layerFields = {
  name: z.string().min(1),
  dialect: z.enum(DIALECTS),
  inputs: z.array(z.string()).min(1).readonly(),
  outputs: z.array(z.string()).min(1).readonly(),
};

/** The image that coordinates point into: they are 1..rows and 1..columns. */
export type Extent = readonly [rows: number, columns: number];

/** What a layer's rules see: its tensors and constants, and where to report. */
export interface LayerContext {
  /** Input `index`, or undefined (and reported) if the Model has no such tensor. */
  input(index: number): Tensor | undefined;
  output(index: number): Tensor | undefined;
  constant(field: string, name: string): Constant | undefined;
  /** Where the coordinates of input `index` can point, or undefined (and reported) if no sparse layer made them. */
  extent(index: number): Extent | undefined;
  /** States where the coordinates of output `index` can point. */
  setExtent(index: number, extent: Extent): void;
  report(field: string, what: string, mend?: string): void;
}

/** The rules of one layer kind. */
export interface LayerKind<L> {
  readonly kind: string;
  /** Number of input and output tensors. */
  readonly arity: readonly [inputs: number, outputs: number];
  readonly dialects: readonly Dialect[];
  /** Checks shapes and types of a layer whose tensors exist. */
  check(layer: L, context: LayerContext): void;
}

/** Reports unless the shape is as expected; `expected` entries that are undefined are free. */
export function expectShape(
  context: LayerContext,
  field: string,
  actual: readonly number[],
  expected: readonly (number | undefined)[],
  because: string,
): void {
  const same =
    actual.length === expected.length &&
    expected.every((size, axis) => size === undefined || size === actual[axis]);
  if (!same) {
    const wanted = expected.map((size) => size ?? 'any').join(', ');
    context.report(field, `has shape [${actual.join(', ')}], expected [${wanted}]: ${because}`);
  }
}

/** Reports unless the two formats hold the same set of values on the same grid (modes aside). */
export function expectSameGrid(
  context: LayerContext,
  field: string,
  a: FixedFormat,
  b: FixedFormat,
  why: string,
) {
  if (a.signed !== b.signed || a.width !== b.width || a.integerBits !== b.integerBits)
    context.report(field, why);
}

/** Reports unless the output has the input's shape. */
export function checkElementWise(context: LayerContext): void {
  const [x, out] = [context.input(0), context.output(0)];
  if (x && out) expectShape(context, 'outputs[0]', out.shape, x.shape, 'element by element');
}

/** A shape as an image of [height, width, channels]: one of two axes, [width, channels], is an image of one row. */
export function imageShape(shape: readonly number[]): readonly [number, number, number] {
  return shape.length === 2 ? [1, shape[0], shape[1]] : (shape as unknown as [number, number, number]);
}

/** Reports unless the shape is an image: of two axes, [width, channels], or three. */
export function expectImage(context: LayerContext, field: string, shape: readonly number[]): boolean {
  if (shape.length === 2 || shape.length === 3) return true;
  context.report(
    field,
    `has shape [${shape.join(', ')}], expected [height, width, channels] or [width, channels]`,
  );
  return false;
}

/** Elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
