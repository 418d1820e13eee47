/** All layer kinds: the union of their types, and their rules by kind. */
import { z } from 'zod';
import type { LayerContext, LayerKind } from '../layer-kind.ts';
import { averagePool2d, averagePool2dSchema } from './average-pool2d.ts';
import { conv2d, conv2dSchema } from './conv2d.ts';
import { dense, denseSchema } from './dense.ts';
import { flatten, flattenSchema } from './flatten.ts';
import { maxPool2d, maxPool2dSchema } from './max-pool2d.ts';
import { relu, reluSchema } from './relu.ts';
import { sigmoid, sigmoidSchema } from './sigmoid.ts';
import { softmax, softmaxSchema } from './softmax.ts';
import { sparseAveragePool2d, sparseAveragePool2dSchema } from './sparse-average-pool2d.ts';
import { sparseConv2d, sparseConv2dSchema } from './sparse-conv2d.ts';
import { sparseFlatten, sparseFlattenSchema } from './sparse-flatten.ts';
import { sparseInputReduce, sparseInputReduceSchema } from './sparse-input-reduce.ts';
import { sparseMaxPool2d, sparseMaxPool2dSchema } from './sparse-max-pool2d.ts';
import { sparseRelu, sparseReluSchema } from './sparse-relu.ts';
import { zeroPad2d, zeroPad2dSchema } from './zero-pad2d.ts';

export const layerSchema = z.discriminatedUnion('kind', [
  sparseInputReduceSchema,
  sparseConv2dSchema,
  sparseReluSchema,
  sparseAveragePool2dSchema,
  sparseMaxPool2dSchema,
  sparseFlattenSchema,
  zeroPad2dSchema,
  conv2dSchema,
  averagePool2dSchema,
  maxPool2dSchema,
  denseSchema,
  reluSchema,
  sigmoidSchema,
  softmaxSchema,
  flattenSchema,
]);
export type Layer = z.output<typeof layerSchema>;
export type LayerOf<K extends Layer['kind']> = Extract<Layer, { kind: K }>;

const rules: { readonly [K in Layer['kind']]: LayerKind<LayerOf<K>> } = {
  'sparse-input-reduce': sparseInputReduce,
  'sparse-conv2d': sparseConv2d,
  'sparse-relu': sparseRelu,
  'sparse-average-pool2d': sparseAveragePool2d,
  'sparse-max-pool2d': sparseMaxPool2d,
  'sparse-flatten': sparseFlatten,
  'zero-pad2d': zeroPad2d,
  conv2d,
  'average-pool2d': averagePool2d,
  'max-pool2d': maxPool2d,
  dense,
  relu,
  sigmoid,
  softmax,
  flatten,
};

export const LAYER_KINDS = Object.keys(rules) as readonly Layer['kind'][];

/** The rules of a layer's kind. */
export function rulesOf(kind: Layer['kind']): Pick<LayerKind<never>, 'arity' | 'dialects' | 'kind'> {
  return rules[kind];
}

/** Checks one layer's own shapes and types. */
export function checkLayer(layer: Layer, context: LayerContext): void {
  (rules[layer.kind] as LayerKind<Layer>).check(layer, context);
}
