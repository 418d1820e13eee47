/** The HLS kernel of every layer kind. */
import { InputError, type Layer } from '../../../sim/model/index.ts';
import type { LayerPlan, PlanContext, PlanLayer } from '../hls-layer.ts';
import { averagePool2d } from './average-pool2d.ts';
import { argmax } from './argmax.ts';
import { batchedDense } from './batched-dense.ts';
import { batchedProduct } from './batched-product.ts';
import { concatenate } from './concatenate.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { dot } from './dot.ts';
import { elu } from './elu.ts';
import { embedding } from './embedding.ts';
import { flatten } from './flatten.ts';
import { layerNormalization } from './layer-normalization.ts';
import { legacySoftmax } from './legacy-softmax.ts';
import { lookup } from './lookup.ts';
import { maxPool2d } from './max-pool2d.ts';
import { merge } from './merge.ts';
import { crop2d, resize2d } from './pick2d.ts';
import { hardSigmoid, parametricRelu, scaleShift, sign, thresholdedRelu } from './piecewise.ts';
import { quantize } from './quantize.ts';
import { recurrent } from './recurrent.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { sigmoid } from './sigmoid.ts';
import { softmax } from './softmax.ts';
import { sparseAveragePool2d } from './sparse-average-pool2d.ts';
import { sparseConv2d } from './sparse-conv2d.ts';
import { sparseFlatten } from './sparse-flatten.ts';
import { sparseInputReduce } from './sparse-input-reduce.ts';
import { sparseMaxPool2d } from './sparse-max-pool2d.ts';
import { sparseQuantize } from './sparse-quantize.ts';
import { tableSoftmax } from './table-softmax.ts';
import { transpose } from './transpose.ts';
import { zeroPad2d } from './zero-pad2d.ts';

/** Kinds that are not here have no HLS kernel yet. */
const planners: { readonly [K in Layer['kind']]?: PlanLayer<K> } = {
  'sparse-input-reduce': sparseInputReduce,
  'sparse-conv2d': sparseConv2d,
  'sparse-relu': relu,
  'sparse-average-pool2d': sparseAveragePool2d,
  'sparse-max-pool2d': sparseMaxPool2d,
  'sparse-flatten': sparseFlatten,
  'sparse-quantize': sparseQuantize,
  'zero-pad2d': zeroPad2d,
  'depthwise-conv2d': depthwiseConv2d,
  crop2d,
  resize2d,
  reshape,
  transpose,
  concatenate,
  merge,
  dot,
  embedding,
  argmax,
  'table-softmax': tableSoftmax,
  'table-function': sigmoid,
  'thresholded-relu': thresholdedRelu,
  'parametric-relu': parametricRelu,
  'hard-sigmoid': hardSigmoid,
  elu,
  'legacy-softmax': legacySoftmax,
  lookup,
  'scale-shift': scaleShift,
  sign,
  conv2d,
  'average-pool2d': averagePool2d,
  'max-pool2d': maxPool2d,
  dense,
  relu,
  sigmoid,
  softmax,
  flatten,
  'batched-dense': batchedDense,
  'batched-product': batchedProduct,
  'layer-normalization': layerNormalization,
  recurrent,
  quantize,
};

/** The layer kinds that can be written as HLS C++. */
export const HLS_LAYER_KINDS = Object.keys(planners) as readonly Layer['kind'][];

/** Chooses and configures the kernel of a layer. @throws InputError `HLS005` if there is none for its kind */
export function planLayer(layer: Layer, context: PlanContext): LayerPlan {
  const plan = planners[layer.kind] as PlanLayer<Layer['kind']> | undefined;
  if (plan) return plan(layer, context);
  throw new InputError({
    code: 'HLS005',
    layer: layer.name,
    field: 'kind',
    what: `there is no HLS kernel for ${layer.kind}`,
    mend: `HLS projects are written of ${HLS_LAYER_KINDS.join(', ')}`,
  });
}
