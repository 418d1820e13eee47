/**
 * The reference interpreter: each layer in the obvious way, on BigInt, whole tensors at a time. Slow on purpose;
 * it is what the compiled evaluator is held against.
 */
import type { Layer } from '../../model/index.ts';
import { type Evaluator, inputValues, needConstants } from '../evaluator.ts';
import { argmax } from './argmax.ts';
import { averagePool2d } from './average-pool2d.ts';
import { batchedDense } from './batched-dense.ts';
import { batchedProduct } from './batched-product.ts';
import { concatenate } from './concatenate.ts';
import { conv2d } from './conv2d.ts';
import { crop2d } from './crop2d.ts';
import { dense } from './dense.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { dot } from './dot.ts';
import { elu } from './elu.ts';
import { embedding } from './embedding.ts';
import { flatten } from './flatten.ts';
import { hardSigmoid } from './hard-sigmoid.ts';
import type { Kernel } from './kernel.ts';
import { layerNormalization } from './layer-normalization.ts';
import { legacySoftmax } from './legacy-softmax.ts';
import { lookup } from './lookup.ts';
import { maxPool2d } from './max-pool2d.ts';
import { merge } from './merge.ts';
import { parametricRelu } from './parametric-relu.ts';
import { quantize } from './quantize.ts';
import { recurrent } from './recurrent.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { resize2d } from './resize2d.ts';
import { scaleShift } from './scale-shift.ts';
import { sigmoid } from './sigmoid.ts';
import { sign } from './sign.ts';
import { softmax } from './softmax.ts';
import { sparseAveragePool2d } from './sparse-average-pool2d.ts';
import { sparseConv2d } from './sparse-conv2d.ts';
import { sparseFlatten } from './sparse-flatten.ts';
import { sparseInputReduce } from './sparse-input-reduce.ts';
import { sparseMaxPool2d } from './sparse-max-pool2d.ts';
import { sparseQuantize } from './sparse-quantize.ts';
import { tableFunction } from './table-function.ts';
import { tableSoftmax } from './table-softmax.ts';
import { thresholdedRelu } from './thresholded-relu.ts';
import { transpose } from './transpose.ts';
import { zeroPad2d } from './zero-pad2d.ts';

const kernels: { readonly [K in Layer['kind']]: Kernel<K> } = {
  'sparse-input-reduce': sparseInputReduce,
  'sparse-conv2d': sparseConv2d,
  'sparse-relu': relu,
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

export const reference: Evaluator = {
  name: 'reference',
  prepare(model) {
    needConstants(model);
    const constant = (name: string) => {
      const { shape, type, raw } = model.constants[name];
      return { shape, type, raw: raw! };
    };
    return (inputs) => {
      const values: Record<string, readonly bigint[]> = {};
      for (const name of model.inputs) values[name] = inputValues(model, inputs, name);
      for (const layer of model.layers) {
        const kernel = kernels[layer.kind] as Kernel<Layer['kind']>;
        const results = kernel(layer, {
          inputs: layer.inputs.map((name) => ({ ...model.tensors[name], raw: values[name] })),
          outputs: layer.outputs.map((name) => model.tensors[name]),
          constant,
        });
        layer.outputs.forEach((name, index) => (values[name] = results[index]!));
      }
      return values;
    };
  },
};
