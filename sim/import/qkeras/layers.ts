/** Layers of QKeras, and the binary and ternary dense layers of early hls4ml models: Keras' own with quantised weights. */
import { ufixed } from 'fixed-point-ts';
import { InputError } from '../../model/index.ts';
import type { Operation, Source, Weight } from '../hls4ml/node.ts';
import { batchNormalization } from '../keras/layers/normalization.ts';
import { dense } from '../keras/layers/core.ts';
import { convolution, depthwiseConvolution } from '../keras/layers/image.ts';
import type { LayerHandler, LayerReader } from '../keras/layer-reader.ts';
import { binaryWeight, checkParameters, quantiseWeight, readQuantiser, ternaryWeight } from './quantiser.ts';

/** The layer as Keras has it, its `kernel` and `bias` as their quantisers leave them. */
const quantised =
  (handler: LayerHandler, kernelField: string): LayerHandler =>
  (reader) => {
    const [node, ...rest] = handler(reader);
    return [{ ...node, weights: quantisedWeights(reader, node, kernelField) }, ...rest];
  };

function quantisedWeights(reader: LayerReader, node: Source, kernelField: string): Record<string, Weight> {
  const { name } = reader.layer;
  const quantise = (weight: Weight, field: string) =>
    // a bias that does not exist is not quantised
    weight.type
      ? weight
      : quantiseWeight(name, field, weight, readQuantiser(name, field, reader.fields.raw(field)));
  return {
    weight: quantise(node.weights.weight, kernelField),
    bias: quantise(node.weights.bias, 'bias_quantizer'),
  };
}

const binary =
  (convert: (weight: Weight) => Weight): LayerHandler =>
  (reader) => {
    const [node, ...rest] = dense(reader);
    const { weight, bias } = node.weights;
    const weights = { weight: convert(weight), bias: bias.type ? bias : convert(bias) };
    return [{ ...node, weights }, ...rest];
  };

/** hls4ml takes the type of the result from the configuration alone, not from the quantiser. */
const activation: LayerHandler = (reader) => {
  const { name } = reader.layer;
  const quantiser = readQuantiser(name, 'activation', reader.fields.raw('activation'));
  const shape = reader.inputShape;
  const make = (className: string, operation: Operation, rest: Pick<Source, 'types'> | object = {}) => [
    reader.source(className, operation, shape, rest),
  ];
  const own = quantiser?.config ?? {};
  if (quantiser) checkParameters(name, 'activation', quantiser);
  switch (quantiser?.className) {
    case 'quantized_relu': {
      const slope = Number(own.negative_slope ?? 0);
      if (slope === 0) return make('Activation', { kind: 'activation', function: 'relu' });
      return make('ParametrizedActivation', { kind: 'activation', function: 'leaky_relu', parameter: slope });
    }
    case 'quantized_bits':
      return make('Activation', { kind: 'activation', function: 'linear' });
    case 'quantized_tanh':
    case 'quantized_sigmoid': {
      const kind = quantiser.className === 'quantized_tanh' ? 'tanh' : 'sigmoid';
      if (own[`use_real_${kind}`] === true) return make('Activation', { kind: 'activation', function: kind });
      const operation = { kind: 'activation', function: `hard_${kind}`, slope: 0.5, shift: 0.5 } as const;
      return make('HardActivation', operation, { types: { slope: ufixed(2, 0), shift: ufixed(2, 0) } });
    }
    case 'binary':
    case 'binary_tanh':
      return make('Activation', { kind: 'activation', function: 'binary_tanh' });
    default:
      throw new InputError({
        code: 'QKE002',
        layer: name,
        field: 'activation',
        what: `the quantiser '${quantiser?.className ?? 'none'}' is not supported as an activation`,
        mend: 'use quantized_relu, quantized_bits, quantized_tanh, quantized_sigmoid or binary',
      });
  }
};

const normalization: LayerHandler = (reader) => {
  for (const field of ['mean', 'variance', 'beta', 'gamma'] as const)
    reader.fields.only(`${field}_quantizer`, [], 'leave the quantisers of a batch normalisation out');
  return batchNormalization(reader);
};

export const qkerasHandlers: Readonly<Record<string, LayerHandler>> = {
  QDense: quantised(dense, 'kernel_quantizer'),
  QConv1D: quantised(convolution(1), 'kernel_quantizer'),
  QConv2D: quantised(convolution(2), 'kernel_quantizer'),
  QDepthwiseConv2D: quantised(depthwiseConvolution(2), 'depthwise_quantizer'),
  QActivation: activation,
  QBatchNormalization: normalization,
  BinaryDense: binary(binaryWeight),
  TernaryDense: binary(ternaryWeight),
};
