/** ONNX and QONNX operators, each as the layer that hls4ml makes of it. */
import type { MergeOperation, Operation, Source, Weight } from '../hls4ml/node.ts';
import { elements } from '../../model/layer-kind.ts';
import { number, numbers } from './attributes.ts';
import { conv, globalPool, pool, reduceMean } from './image-operators.ts';
import {
  asWeight,
  type OnnxHandler,
  type OnnxReader,
  refusal,
  rowsChannelsLast,
  type TensorValue,
} from './onnx-reader.ts';
import type { OnnxNode } from './proto.ts';
import { bipolarQuant, clip, dequantizeLinear, quant, quantizeLinear } from './quantising-operators.ts';
import { elementWise } from './element-wise.ts';
import { inOrder, noBias, perChannel, spread } from './weights.ts';

const float = Math.fround;

/** x times a constant matrix; with Gemm's transB and bias. */
const matMul: OnnxHandler = (reader, node) => {
  const gemm = node.operator === 'Gemm';
  const given = reader.tensor(node);
  const x = given.shape.length > 1 ? reader.asOnnx(given) : given;
  if (reader.get(node, 1).kind === 'tensor')
    throw refusal(
      node,
      'input 1',
      'must be a constant: products of two tensors are not supported',
      'multiply by a constant matrix',
    );
  const stored = reader.constant(node, 1);
  if (stored.shape.length !== 2)
    throw refusal(
      node,
      'input 1',
      `has shape [${stored.shape.join(', ')}], expected a matrix`,
      'multiply by a matrix',
    );
  const matrix = gemm && number(node, 'transB', 0) === 1 ? transposed(stored) : stored;
  const [rows, outputs] = matrix.shape;
  const size = x.onnx.at(-1)!;
  if (rows !== size || x.onnx.length !== x.shape.length || (gemm && x.onnx.length > 1))
    throw refusal(
      node,
      'input 1',
      `has ${rows} rows, its input the shape [${x.onnx.join(', ')}] behind the batch`,
      'flatten the input, or export the model again',
    );
  const weight = x.image ? rowsChannelsLast(matrix, x.image) : matrix;
  const bias =
    gemm && reader.has(node, 2)
      ? spread(node, 'input 2', reader.constant(node, 2), [outputs])
      : noBias(outputs);
  reader.push(node, {
    name: `Dense_${reader.nextName('MatMul')}`,
    className: 'Dense',
    operation: { kind: 'dense' },
    inputs: [x.node],
    shape: [...x.shape.slice(0, -1), outputs],
    weights: { weight, bias },
  });
};

function transposed({ shape: [rows, columns], values, ...rest }: Weight): Weight {
  const out = values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]);
  return { ...rest, shape: [columns, rows], values: out };
}

const activation =
  (fn: string, className = 'Activation', parameter?: (node: OnnxNode) => number): OnnxHandler =>
  (reader, node) => {
    const x = reader.tensor(node);
    const operation: Operation = {
      kind: 'activation',
      function: fn,
      ...(parameter ? { parameter: parameter(node) } : {}),
    };
    elementWise(reader, node, x, { className, operation });
  };

const hardSigmoid: OnnxHandler = (reader, node) => {
  const [slope, shift] = [number(node, 'alpha', 0.2), number(node, 'beta', 0.5)];
  elementWise(reader, node, reader.tensor(node), {
    className: 'HardActivation',
    operation: { kind: 'activation', function: 'hard_sigmoid', slope, shift },
  });
};

/** Over one axis of ONNX' tensor; sums do not mind the order of elements. */
const softmax: OnnxHandler = (reader, node) => {
  const given = reader.tensor(node);
  // before opset 13 the default is 1 and all axes behind it count together
  const axis = number(node, 'axis', reader.opset < 13 ? 1 : -1);
  const rank = given.onnx.length + 1;
  const own = (axis < 0 ? rank + axis : axis) - 1;
  const isImage = given.image !== undefined && given.shape.length > 1;
  const overChannels = isImage && own === 0;
  const x = overChannels || given.shape.length === 1 ? given : reader.asOnnx(given);
  const size = x.onnx[own];
  const last = overChannels || (own === x.onnx.length - 1 && x.onnx.length === x.shape.length);
  if (!last && !(x.shape.length === 1 && size === x.shape[0]))
    throw refusal(node, 'axis', `${axis} is not supported, only the last`, 'transpose the tensor before it');
  if (reader.opset < 13 && x.onnx.slice(own).length > 1)
    throw refusal(
      node,
      'axis',
      `${axis} takes several axes together before opset 13`,
      'export with opset 13 or newer',
    );
  elementWise(reader, node, x, {
    className: 'Softmax',
    operation: { kind: 'softmax', axis: x.shape.length - 1 },
  });
};

/** Two tensors, or one and a constant that is added or multiplied a channel at a time (as a normalisation). */
const merge =
  (operation: MergeOperation): OnnxHandler =>
  (reader, node) => {
    const values = [reader.get(node, 0), reader.get(node, 1)];
    const [a, b] = values;
    if (a.kind === 'tensor' && b.kind === 'tensor') return mergeTensors(reader, node, operation, a, b);
    const x = values.find((value) => value.kind === 'tensor');
    const constant = values.find((value) => value.kind === 'constant')?.weight;
    const supported =
      operation === 'add' || operation === 'multiply' || (operation === 'subtract' && b.kind === 'constant');
    if (!x || !constant || !supported)
      throw refusal(
        node,
        'inputs',
        'of this sort are not supported',
        'use two tensors, or a tensor and a constant behind it',
      );
    const channels = perChannel(node, constant, x);
    const own: Weight =
      operation === 'subtract' ? { ...channels, values: channels.values.map((value) => -value) } : channels;
    const plain = (value: number): Weight => ({
      shape: own.shape,
      values: new Float64Array(own.values.length).fill(value),
    });
    elementWise(reader, node, x, {
      name: `bn_${reader.nextName(node.operator)}`,
      className: 'ApplyAlpha',
      operation: { kind: 'batch-normalization' },
      weights: operation === 'multiply' ? { scale: own, bias: plain(0) } : { scale: plain(1), bias: own },
    });
  };

function mergeTensors(
  reader: OnnxReader,
  node: OnnxNode,
  operation: MergeOperation,
  first: TensorValue,
  second: TensorValue,
): void {
  if (first.onnx.join() !== second.onnx.join())
    throw refusal(
      node,
      'inputs',
      `of shapes [${first.onnx.join(', ')}] and [${second.onnx.join(', ')}] are not supported`,
      'give both the same shape: broadcasting is not done',
    );
  const alike = first.image?.join() === second.image?.join() && first.shape.join() === second.shape.join();
  const images = alike ? undefined : [reader.asImage(first), reader.asImage(second)];
  const [a, b] = alike
    ? [first, second]
    : images?.[0] && images[1]
      ? [images[0], images[1]]
      : [reader.asOnnx(first), reader.asOnnx(second)];
  const source: Source = {
    name: reader.nextName(node.operator),
    className: 'Merge',
    operation: { kind: 'merge', operation },
    inputs: [a.node, b.node],
    shape: a.shape,
    weights: {},
  };
  reader.push(node, source, a);
}

const batchNormalization: OnnxHandler = (reader, node) => {
  const given = reader.tensor(node);
  const x = given.onnx.length > 1 ? reader.asImage(given) : given;
  if (!x)
    throw refusal(
      node,
      'input',
      `of shape [${given.onnx.join(', ')}] is not supported`,
      'normalise [batch, channels], [batch, channels, width] or [batch, channels, height, width]',
    );
  const channels = x.onnx[0];
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map(
    (index) => spread(node, `input ${index}`, reader.constant(node, index), [channels]).values,
  );
  const epsilon = float(number(node, 'epsilon', 1e-5));
  const scale = gamma.map((value, at) => float(value / float(Math.sqrt(float(variance[at] + epsilon)))));
  const bias = beta.map((value, at) => float(value - float(mean[at] * scale[at])));
  const weight = (values: Float64Array): Weight => {
    const own = { shape: [values.length], values };
    return x.image && x.shape.length === 1 ? inOrder(own, x.image) : own;
  };
  elementWise(reader, node, x, {
    className: 'BatchNormalization',
    operation: { kind: 'batch-normalization' },
    weights: { scale: weight(scale), bias: weight(bias) },
  });
};

/** To one axis, or to any shape of ONNX' order. */
const reshape: OnnxHandler = (reader, node) => {
  const given = reader.tensor(node);
  const size = elements(given.shape);
  const target = node.operator === 'Flatten' ? [0, -1] : Array.from(reader.constant(node, 1).values);
  const axis = number(node, 'axis', 1);
  if (node.operator === 'Flatten' && axis !== 1 && axis !== -given.onnx.length)
    throw refusal(node, 'axis', `${axis} is not supported, only 1`, 'keep the batch as it is: axis 1');
  // a 0 keeps the size that the input has there, unless allowzero says otherwise
  const sizes = target.map((value, at) =>
    value === 0 && number(node, 'allowzero', 0) === 0 ? (at === 0 ? 1 : (given.onnx[at - 1] ?? 0)) : value,
  );
  const known = sizes.slice(1).reduce((all, value) => (value === -1 ? all : all * value), 1);
  const shape = sizes.slice(1).map((value) => (value === -1 ? size / known : value));
  if (shape.length === 0 || elements(shape) !== size || !shape.every((value) => value > 0))
    throw refusal(
      node,
      'shape',
      `[${target.join(', ')}] does not keep the batch and ${size} elements behind it`,
      'keep the batch in front, and export with fixed shapes',
    );
  if (shape.length > 1) {
    const x = reader.asOnnx(given);
    reader.set(node.outputs[0], x.shape.join() === shape.join() ? x : reader.reshape(x, shape, {}));
  } else if (given.shape.length === 1) {
    reader.set(node.outputs[0], { ...given, onnx: shape });
  } else {
    const source: Source = {
      name: reader.nextName('Flatten'),
      className: 'Reshape',
      operation: { kind: 'reshape' },
      inputs: [given.node],
      shape,
      weights: {},
    };
    reader.push(node, source, given.image ? { image: given.image } : {});
  }
};

/** Axes in another order; where the Model has them so already, nothing is done. */
const transpose: OnnxHandler = (reader, node) => {
  const given = reader.get(node, 0);
  if (given.kind === 'constant') return transposeConstant(reader, node, given.weight);
  const x = given;
  const rank = x.onnx.length + 1;
  const order = numbers(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const sorted = order.toSorted((a, b) => a - b);
  if (order[0] !== 0 || order.length !== rank || sorted.some((axis, at) => axis !== at))
    throw refusal(node, 'perm', `[${order.join(', ')}] is not supported`, 'keep the batch, axis 0, in front');
  const onnx = order.slice(1).map((axis) => x.onnx[axis - 1]);
  if (x.shape.length !== x.onnx.length) {
    // all axes but one have size 1
    reader.set(node.outputs[0], { ...x, onnx });
    return;
  }
  const isImage = x.image !== undefined && x.shape.length > 1;
  // the Model's axis for each of ONNX'
  const permutation = order.slice(1).map((axis) => {
    if (!isImage) return axis - 1;
    return axis === 1 ? rank - 2 : axis - 2;
  });
  const stays = permutation.every((axis, at) => axis === at);
  reader.set(
    node.outputs[0],
    stays
      ? { kind: 'tensor', node: x.node, shape: x.shape, onnx }
      : reader.transpose(x, permutation, { onnx }),
  );
};

function transposeConstant(reader: OnnxReader, node: OnnxNode, weight: Weight): void {
  const order = numbers(node, 'perm') ?? [1, 0];
  if (weight.shape.length !== 2 || order.join() !== '1,0')
    throw refusal(
      node,
      'perm',
      `[${order.join(', ')}] of a constant is not supported, only of a matrix`,
      'fold constants (qonnx.util.cleanup)',
    );
  reader.set(node.outputs[0], { kind: 'constant', weight: transposed(weight) });
}

const nothing: OnnxHandler = (reader, node) => reader.set(node.outputs[0], reader.get(node, 0));

const constant: OnnxHandler = (reader, node) => {
  const [given, ...more] = node.attributes.values();
  if (given === undefined || typeof given === 'string' || more.length > 0)
    throw refusal(node, 'value', 'must be one tensor or number', 'export the model again');
  const list = [given].flat();
  const weight: Weight =
    typeof given === 'object' && 'shape' in given
      ? asWeight(given)
      : {
          shape: typeof given === 'number' ? [] : [list.length],
          values: Float64Array.from(list as number[]),
        };
  reader.set(node.outputs[0], { kind: 'constant', weight });
};

const alpha = (fallback: number) => (node: OnnxNode) => number(node, 'alpha', fallback);

/** One for every operator of `attributes.ts`. */
export const onnxHandlers: Readonly<Record<string, OnnxHandler>> = {
  MatMul: matMul,
  Gemm: matMul,
  Conv: conv,
  MaxPool: pool('max'),
  AveragePool: pool('average'),
  GlobalMaxPool: globalPool('max'),
  GlobalAveragePool: globalPool('average'),
  Relu: activation('relu'),
  Sigmoid: activation('sigmoid'),
  Tanh: activation('tanh'),
  Softplus: activation('softplus'),
  Softsign: activation('softsign'),
  Selu: activation('selu'),
  HardSigmoid: hardSigmoid,
  LeakyRelu: activation('leaky_relu', 'ParametrizedActivation', alpha(0.01)),
  Elu: activation('elu', 'ParametrizedActivation', alpha(1)),
  ThresholdedRelu: activation('thresholded_relu', 'ParametrizedActivation', alpha(1)),
  Softmax: softmax,
  Add: merge('add'),
  Sub: merge('subtract'),
  Mul: merge('multiply'),
  BatchNormalization: batchNormalization,
  ReduceMean: reduceMean,
  Flatten: reshape,
  Reshape: reshape,
  Transpose: transpose,
  Dropout: nothing,
  Identity: nothing,
  Constant: constant,
  Clip: clip,
  Quant: quant,
  BipolarQuant: bipolarQuant,
  IntQuant: quant,
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
};
