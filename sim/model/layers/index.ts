/** All layer kinds: the union of their types, and their rules by kind. */
import { z } from 'zod';
import type { LayerContext, LayerKind } from '../layer-kind.ts';
import { argmax, argmaxSchema } from './argmax.ts';
import { averagePool2d, averagePool2dSchema } from './average-pool2d.ts';
import { batchedDense, batchedDenseSchema } from './batched-dense.ts';
import { batchedProduct, batchedProductSchema } from './batched-product.ts';
import { concatenate, concatenateSchema } from './concatenate.ts';
import { conv2d, conv2dSchema } from './conv2d.ts';
import { crop2d, crop2dSchema } from './crop2d.ts';
import { dense, denseSchema } from './dense.ts';
import { depthwiseConv2d, depthwiseConv2dSchema } from './depthwise-conv2d.ts';
import { dot, dotSchema } from './dot.ts';
import { elu, eluSchema } from './elu.ts';
import { embedding, embeddingSchema } from './embedding.ts';
import { flatten, flattenSchema } from './flatten.ts';
import { hardSigmoid, hardSigmoidSchema } from './hard-sigmoid.ts';
import { layerNormalization, layerNormalizationSchema } from './layer-normalization.ts';
import { legacySoftmax, legacySoftmaxSchema } from './legacy-softmax.ts';
import { lookup, lookupSchema } from './lookup.ts';
import { maxPool2d, maxPool2dSchema } from './max-pool2d.ts';
import { merge, mergeSchema } from './merge.ts';
import { parametricRelu, parametricReluSchema } from './parametric-relu.ts';
import { quantize, quantizeSchema } from './quantize.ts';
import { recurrent, recurrentSchema } from './recurrent.ts';
import { relu, reluSchema } from './relu.ts';
import { reshape, reshapeSchema } from './reshape.ts';
import { resize2d, resize2dSchema } from './resize2d.ts';
import { scaleShift, scaleShiftSchema } from './scale-shift.ts';
import { sigmoid, sigmoidSchema } from './sigmoid.ts';
import { sign, signSchema } from './sign.ts';
import { softmax, softmaxSchema } from './softmax.ts';
import { sparseAveragePool2d, sparseAveragePool2dSchema } from './sparse-average-pool2d.ts';
import { sparseConv2d, sparseConv2dSchema } from './sparse-conv2d.ts';
import { sparseFlatten, sparseFlattenSchema } from './sparse-flatten.ts';
import { sparseInputReduce, sparseInputReduceSchema } from './sparse-input-reduce.ts';
import { sparseMaxPool2d, sparseMaxPool2dSchema } from './sparse-max-pool2d.ts';
import { sparseQuantize, sparseQuantizeSchema } from './sparse-quantize.ts';
import { sparseRelu, sparseReluSchema } from './sparse-relu.ts';
import { tableFunction, tableFunctionSchema } from './table-function.ts';
import { tableSoftmax, tableSoftmaxSchema } from './table-softmax.ts';
import { thresholdedRelu, thresholdedReluSchema } from './thresholded-relu.ts';
import { transpose, transposeSchema } from './transpose.ts';
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
  tableFunctionSchema,
  eluSchema,
  parametricReluSchema,
  thresholdedReluSchema,
  hardSigmoidSchema,
  signSchema,
  tableSoftmaxSchema,
  legacySoftmaxSchema,
  argmaxSchema,
  scaleShiftSchema,
  mergeSchema,
  concatenateSchema,
  dotSchema,
  reshapeSchema,
  transposeSchema,
  crop2dSchema,
  resize2dSchema,
  depthwiseConv2dSchema,
  embeddingSchema,
  batchedDenseSchema,
  batchedProductSchema,
  layerNormalizationSchema,
  recurrentSchema,
  quantizeSchema,
  sparseQuantizeSchema,
  lookupSchema,
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
  'table-function': tableFunction,
  elu,
  'parametric-relu': parametricRelu,
  'thresholded-relu': thresholdedRelu,
  'hard-sigmoid': hardSigmoid,
  sign,
  'table-softmax': tableSoftmax,
  'legacy-softmax': legacySoftmax,
  argmax,
  'scale-shift': scaleShift,
  merge,
  concatenate,
  dot,
  reshape,
  transpose,
  crop2d,
  resize2d,
  'depthwise-conv2d': depthwiseConv2d,
  embedding,
  'batched-dense': batchedDense,
  'batched-product': batchedProduct,
  'layer-normalization': layerNormalization,
  recurrent,
  quantize,
  'sparse-quantize': sparseQuantize,
  lookup,
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
