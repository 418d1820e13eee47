/** Bodies of the layers that work on windows: [rows x columns, channels] in each beat, one pixel of the output out. */
import { fracBits } from 'fixed-point-ts';
import { compose, expand, reshape, type View } from '../../../pipeline/circuit/index.ts';
import type { LayerOf } from '../../../model/index.ts';
import { divide } from '../division.ts';
import { type DenseValue, type LoweringContext, needKind, unsupported } from '../lowering.ts';
import { sumInto } from '../sum-rule.ts';
import { weightedSum } from '../weighted-sum.ts';

export type WindowLayer = LayerOf<'conv2d' | 'depthwise-conv2d' | 'average-pool2d' | 'max-pool2d'>;

export function isWindowLayer(layer: { readonly kind: string }): layer is WindowLayer {
  return ['conv2d', 'depthwise-conv2d', 'average-pool2d', 'max-pool2d'].includes(layer.kind);
}

/** @throws InputError `HWD002` */
export function lowerWindow(layer: WindowLayer, context: LoweringContext): DenseValue {
  switch (layer.kind) {
    case 'conv2d':
      return convolution(layer, context);
    case 'depthwise-conv2d':
      return depthwise(layer, context);
    case 'average-pool2d':
      return averagePool(layer, context);
    case 'max-pool2d':
      return maximumPool(layer, context);
    default:
      return layer satisfies never;
  }
}

/** Source of the function: hls4ml `conv_2d_cl`. */
function convolution(
  layer: LayerOf<'conv2d'>,
  { b, inputs, outputs, constant }: LoweringContext,
): DenseValue {
  const { view, type } = needKind(layer, inputs[0], 'dense');
  const weights = constant(layer.weights);
  const filters = weights.shape[3];
  const terms = weights.raw.length / filters;
  const products = b.multiply(expand(reshape(view, [terms]), 1), b.constant(weights.raw, [terms, filters]));
  const sum = weightedSum(b, products, {
    accumulator: layer.accumulator,
    bias: constant(layer.bias),
    count: terms,
    frac: fracBits(weights.type) + fracBits(type),
  });
  return assigned(b, sum!, layer, outputs[0].type);
}

/** Weights [rows, columns, channels, 1]. Source of the function: hls4ml `depthwise_conv_2d_cl`. */
function depthwise(
  layer: LayerOf<'depthwise-conv2d'>,
  { b, inputs, outputs, constant }: LoweringContext,
): DenseValue {
  const { view, type } = needKind(layer, inputs[0], 'dense');
  const weights = constant(layer.weights);
  const channels = view.shape[1];
  if (weights.raw.length !== view.shape[0] * channels)
    unsupported(layer, 'several filters a channel have no hardware here');
  const products = b.multiply(view, b.constant(weights.raw, [view.shape[0], channels]));
  const sum = weightedSum(b, products, {
    accumulator: layer.accumulator,
    bias: constant(layer.bias),
    count: view.shape[0],
    frac: fracBits(weights.type) + fracBits(type),
  });
  return assigned(b, sum!, layer, outputs[0].type);
}

/** Up to hls4ml 1.0.0 values are assigned one by one and their sum is exact; in 1.3.0 every partial sum is assigned. */
function averagePool(layer: LayerOf<'average-pool2d'>, { b, inputs, outputs }: LoweringContext): DenseValue {
  const { accumulator } = layer;
  if (Object.values(layer.padding).some((size) => size > 0))
    unsupported(layer, 'an average over fewer pixels at the border has no hardware here');
  const { view, type } = needKind(layer, inputs[0], 'dense');
  const [count] = view.shape;
  let sum: View;
  if (layer.dialect === 'hls4ml-1.3.0') {
    // Assigning a sum of the accumulator's type and a value rounds the value by itself where it has more fraction bits
    // and the mode looks at nothing but those: adding whole steps of the grid moves no rounding but to even or zero.
    const finer = fracBits(type) > fracBits(accumulator);
    if (finer && !['TRN', 'RND', 'RND_MIN_INF'].includes(accumulator.rounding))
      unsupported(layer, `partial sums rounded by ${accumulator.rounding} have no hardware here`);
    const rounded = compose.rescale(b, view, fracBits(type) - fracBits(accumulator), accumulator.rounding);
    sum = sumInto(b, transposed(rounded), accumulator);
  } else {
    sum = compose.sum(b, compose.cast(b, view, fracBits(type), accumulator), 0);
  }
  return assigned(b, divide(b, sum, count), layer, outputs[0].type);
}

function maximumPool(layer: LayerOf<'max-pool2d'>, { b, inputs, outputs }: LoweringContext): DenseValue {
  const { view, type } = needKind(layer, inputs[0], 'dense');
  const out = outputs[0].type;
  return {
    kind: 'dense',
    view: compose.cast(b, compose.maximum(b, view, 0), fracBits(type), out),
    type: out,
  };
}

function assigned(
  b: LoweringContext['b'],
  sum: View,
  { accumulator }: { readonly accumulator: DenseValue['type'] },
  out: DenseValue['type'],
): DenseValue {
  return { kind: 'dense', view: compose.cast(b, sum, fracBits(accumulator), out), type: out };
}

/** [terms, channels] as [channels, terms]. */
function transposed(view: View): View {
  return { ...view, shape: [view.shape[1], view.shape[0]], strides: [view.strides[1], view.strides[0]] };
}
