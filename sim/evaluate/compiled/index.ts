/**
 * The compiled evaluator: loops over Float64Array specialised to the Model's types and weights when they are made,
 * nothing allocated per event. Exact as long as every intermediate result stays below 2^53, which is proven from
 * the types; layers that could exceed it run on BigInt, and are refused where there is no such kernel.
 */
import { type FixedFormat, NUMBER_BITS } from 'fixed-point-ts';
import { elements, InputError, type Layer, type Model } from '../../model/index.ts';
import { type Evaluator, inputValues, needConstants } from '../evaluator.ts';
import { argmax } from './argmax.ts';
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
import type { MakeKernel, NumberTensor } from './kernel.ts';
import { layerNormalization } from './layer-normalization.ts';
import { legacySoftmax } from './legacy-softmax.ts';
import { lookup } from './lookup.ts';
import { merge } from './merge.ts';
import { parametricRelu } from './parametric-relu.ts';
import { averagePool2d, maxPool2d } from './pool2d.ts';
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
import { wideKernels } from './wide/index.ts';
import { asWide, type MakeWideKernel, needsWide, type WideTensor, wideTensor } from './wide/wide-tensor.ts';
import { tableFunction } from './table-function.ts';
import { tableSoftmax } from './table-softmax.ts';
import { thresholdedRelu } from './thresholded-relu.ts';
import { transpose } from './transpose.ts';
import { zeroPad2d } from './zero-pad2d.ts';

const makers: { readonly [K in Layer['kind']]: MakeKernel<K> } = {
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

export interface CompiledModel {
  /** Raw integers of every tensor of at most 53 bits, row-major: write the inputs, call `run`, read any tensor. */
  readonly tensors: Readonly<Record<string, Float64Array>>;
  /** Those of the others. */
  readonly wide: Readonly<Record<string, bigint[]>>;
  readonly run: () => void;
}

/**
 * Compiles a Model to loops over typed arrays. A layer whose types or sums need more than 53 bits gets a kernel on BigInt,
 * if its kind has one.
 * @throws InputError `EVA001` (unknown constants), `EVA002` (a layer needs more than 53 bits and has no wide kernel)
 */
export function compile(model: Model): CompiledModel {
  needConstants(model);
  const narrow: Record<string, NumberTensor> = {};
  const wide: Record<string, ReturnType<typeof wideTensor>> = {};
  for (const [name, tensor] of Object.entries(model.tensors)) {
    if (needsWide(tensor.type)) wide[name] = wideTensor(tensor);
    else narrow[name] = { ...tensor, raw: new Float64Array(elements(tensor.shape)) };
  }
  const steps = model.layers.map((layer) => stepOf(layer, model, narrow, wide));
  return {
    tensors: Object.fromEntries(Object.entries(narrow).map(([name, { raw }]) => [name, raw])),
    wide: Object.fromEntries(Object.entries(wide).map(([name, { raw }]) => [name, raw])),
    run() {
      for (const step of steps) step();
    },
  };
}

function stepOf(
  layer: Layer,
  model: Model,
  narrow: Readonly<Record<string, NumberTensor>>,
  wide: Readonly<Record<string, WideTensor>>,
): () => void {
  const tooWide = [...layer.inputs, ...layer.outputs].find((name) => wide[name]);
  try {
    if (tooWide !== undefined) throw tooManyBits(`tensors.${tooWide}`, model.tensors[tooWide].type);
    const constant = (name: string): NumberTensor => {
      const { shape, type, raw } = model.constants[name];
      if (needsWide(type)) throw tooManyBits(`constants.${name}`, type);
      return { shape, type, raw: Float64Array.from(raw!, Number) };
    };
    const named = (names: readonly string[]) => names.map((name) => narrow[name]);
    const make = makers[layer.kind] as MakeKernel<Layer['kind']>;
    return make(layer, { inputs: named(layer.inputs), outputs: named(layer.outputs), constant });
  } catch (error) {
    const make = wideKernels[layer.kind] as MakeWideKernel<Layer['kind']> | undefined;
    if (!make || !(error instanceof InputError) || error.problem.code !== 'EVA002') throw error;
    const named = (names: readonly string[]) => names.map((name) => wide[name] ?? asWide(narrow[name]));
    const constant = (name: string) => ({
      type: model.constants[name].type,
      raw: model.constants[name].raw!,
    });
    return make(layer, { inputs: named(layer.inputs), outputs: named(layer.outputs), constant });
  }
}

function tooManyBits(field: string, type: FixedFormat): InputError {
  return new InputError({
    code: 'EVA002',
    field,
    what: `has ${type.width} bits, the compiled evaluator takes up to ${NUMBER_BITS} here`,
    mend: 'use the reference evaluator',
  });
}

export const compiled: Evaluator = {
  name: 'compiled',
  prepare(model) {
    const { tensors, wide, run } = compile(model);
    return (inputs) => {
      for (const name of model.inputs) {
        const values = inputValues(model, inputs, name);
        const target = tensors[name];
        if (target) values.forEach((value, index) => (target[index] = Number(value)));
        else values.forEach((value, index) => (wide[name][index] = value));
      }
      run();
      return Object.fromEntries(
        Object.keys(model.tensors).map((name) => [
          name,
          wide[name] ? [...wide[name]] : Array.from(tensors[name], BigInt),
        ]),
      );
    };
  },
};
