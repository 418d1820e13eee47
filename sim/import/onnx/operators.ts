/** ONNX and QONNX operators, each as the layer that hls4ml makes of it. */
import { elements } from '../../model/layer-kind.ts';
import type { MergeOperation, Operation, Padding, Source, Weight } from '../hls4ml/node.ts';
import type { OnnxNode } from './proto.ts';
import { quantisedConstant, quantisedType } from './quantiser.ts';
import {
  asWeight,
  numbersOf,
  type OnnxHandler,
  type OnnxReader,
  refusal,
  rowsChannelsLast,
  type TensorValue,
} from './onnx-reader.ts';

const float = Math.fround;

/** hls4ml gives a missing bias zeros of the type that the configuration gives a bias. */
function noBias(size: number): Weight {
  return { shape: [size], values: new Float64Array(size) };
}

function number(node: OnnxNode, name: string, fallback: number): number {
  const value = node.attributes.get(name);
  return typeof value === 'number' ? value : fallback;
}

function text(node: OnnxNode, name: string, fallback: string): string {
  const value = node.attributes.get(name);
  return typeof value === 'string' ? value : fallback;
}

/** x times a constant matrix; with Gemm's alpha, beta and transB = 1. */
const matMul: OnnxHandler = (reader, node) => {
  const x = reader.tensor(node);
  const gemm = node.operator === 'Gemm';
  if (gemm) {
    for (const [name, wanted] of [
      ['alpha', 1],
      ['beta', 1],
      ['transA', 0],
    ] as const) {
      const value = number(node, name, wanted);
      if (value !== wanted) throw refusal(node, name, `${value} is not supported, only ${wanted}`);
    }
  }
  if (reader.get(node, 1).kind === 'tensor')
    throw refusal(node, 'input 1', 'must be a constant: products of two tensors are not supported');
  const stored = reader.constant(node, 1);
  if (stored.shape.length !== 2)
    throw refusal(node, 'input 1', `has shape [${stored.shape.join(', ')}], expected a matrix`);
  const matrix = gemm && number(node, 'transB', 0) === 1 ? transposed(stored) : stored;
  const size = x.shape.at(-1)!;
  if (matrix.shape[0] !== size)
    throw refusal(node, 'input 1', `has ${matrix.shape[0]} rows, its input ${size} values`);
  const weight = x.flattened ? rowsChannelsLast(matrix, x.flattened) : matrix;
  const outputs = matrix.shape[1];
  const bias = gemm && reader.has(node, 2) ? reader.constant(node, 2) : noBias(outputs);
  reader.push(
    node,
    {
      name: `Dense_${reader.nextName('MatMul')}`,
      className: 'Dense',
      operation: { kind: 'dense' },
      inputs: [x.node],
      shape: [...x.shape.slice(0, -1), outputs],
      weights: { weight, bias },
    },
    false,
  );
};

function transposed({ shape: [rows, columns], values, ...rest }: Weight): Weight {
  const out = values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]);
  return { ...rest, shape: [columns, rows], values: out };
}

/** Window, stride and padding of an image operator, for one axis (a row) or two. */
function sliding(node: OnnxNode, x: TensorValue, kernel: readonly number[]) {
  if (!x.image || kernel.length !== x.shape.length - 1)
    throw refusal(
      node,
      'input',
      `of shape [${x.shape.join(', ')}] is no image for a window of ${kernel.length} axes`,
    );
  const axes = kernel.length;
  if (axes > 2) throw refusal(node, 'kernel_shape', `of ${axes} axes is not supported`);
  const strides = numbersOf(node.attributes.get('strides')) ?? kernel.map(() => 1);
  const dilations = numbersOf(node.attributes.get('dilations')) ?? [];
  if (dilations.some((step) => step !== 1))
    throw refusal(node, 'dilations', `${dilations.join(', ')} are not supported, only 1`);
  if (number(node, 'ceil_mode', 0) !== 0) throw refusal(node, 'ceil_mode', '1 is not supported');
  const auto = text(node, 'auto_pad', 'NOTSET');
  const sizes = x.shape.slice(0, -1);
  const given = numbersOf(node.attributes.get('pads')) ?? [];
  const pads = sizes.map((size, axis): [number, number] => {
    if (auto === 'NOTSET') return [given[axis] ?? 0, given[axis + axes] ?? 0];
    if (auto === 'VALID') return [0, 0];
    const all = Math.max((Math.ceil(size / strides[axis]) - 1) * strides[axis] + kernel[axis] - size, 0);
    const less = Math.floor(all / 2);
    return auto === 'SAME_LOWER' ? [all - less, less] : [less, all - less];
  });
  const out = sizes.map(
    (size, axis) => Math.floor((size + pads[axis][0] + pads[axis][1] - kernel[axis]) / strides[axis]) + 1,
  );
  const two = <T>(values: readonly T[], one: T): [T, T] =>
    axes === 1 ? [one, values[0]] : [values[0], values[1]];
  const [rows, columns] = two(pads, [0, 0]);
  const padding: Padding = { top: rows[0], bottom: rows[1], left: columns[0], right: columns[1] };
  return { axes, out, window: two(kernel, 1), stride: two(strides, 1), padding } as const;
}

const conv: OnnxHandler = (reader, node) => {
  const x = reader.tensor(node);
  const stored = reader.constant(node, 1);
  const [filters, perGroup, ...kernel] = stored.shape;
  const { axes, out, ...window } = sliding(node, x, kernel);
  const channels = x.shape.at(-1)!;
  const group = number(node, 'group', 1);
  const depthwise = group === channels && group > 1;
  if (group !== 1 && !(depthwise && filters === channels))
    throw refusal(
      node,
      'group',
      `${group} of ${channels} channels is not supported, only 1 or one for each channel`,
    );
  // [filters, channels, kernel...] -> [kernel..., channels, filters], or [kernel..., channels, 1]
  const taps = elements(kernel);
  const last = depthwise ? 1 : filters;
  const inner = depthwise ? filters : perGroup;
  const values = new Float64Array(stored.values.length);
  for (let filter = 0; filter < filters; filter++) {
    for (let channel = 0; channel < perGroup; channel++) {
      for (let tap = 0; tap < taps; tap++) {
        const to = depthwise ? tap * inner + filter : (tap * inner + channel) * last + filter;
        values[to] = stored.values[(filter * perGroup + channel) * taps + tap];
      }
    }
  }
  const weight = { ...stored, shape: [...kernel, inner, last], values };
  const bias = reader.has(node, 2) ? reader.constant(node, 2) : noBias(filters);
  const className = `${depthwise ? 'Depthwise' : ''}Conv${axes}D`;
  reader.push(
    node,
    {
      name: `${className}_${reader.nextName('Conv')}`,
      className,
      operation: { kind: 'conv', depthwise, ...window },
      inputs: [x.node],
      shape: [...out, filters],
      weights: { weight, bias },
    },
    true,
  );
};

const pool =
  (reduce: 'max' | 'average', global: boolean): OnnxHandler =>
  (reader, node) => {
    const x = reader.tensor(node);
    const kernel = global ? x.shape.slice(0, -1) : numbersOf(node.attributes.get('kernel_shape'));
    if (!kernel) throw refusal(node, 'kernel_shape', 'is missing');
    if (number(node, 'count_include_pad', 0) !== 0)
      throw refusal(node, 'count_include_pad', '1 is not supported');
    const { axes, out, ...window } = sliding(node, x, kernel);
    const channels = x.shape.at(-1)!;
    const source: Source = {
      name: reader.nextName(node.operator),
      className: `${global ? 'Global' : ''}Pooling${axes}D`,
      operation: { kind: 'pool', reduce, global, ...window },
      inputs: [x.node],
      shape: global ? [channels] : [...out, channels],
      weights: {},
    };
    // a global pool keeps axes of size 1 in ONNX; here the vector stands for the image of one pixel
    reader.push(node, source, !global, global ? [1, 1, channels] : undefined);
  };

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

function elementWise(
  reader: OnnxReader,
  node: OnnxNode,
  x: TensorValue,
  source: Pick<Source, 'className' | 'operation'> &
    Partial<Pick<Source, 'name' | 'weights' | 'types' | 'quantiser'>>,
): void {
  const name = source.name ?? reader.nextName(node.operator);
  reader.push(node, { weights: {}, ...source, name, inputs: [x.node], shape: x.shape }, x.image, x.flattened);
}

const hardSigmoid: OnnxHandler = (reader, node) => {
  const [slope, shift] = [number(node, 'alpha', 0.2), number(node, 'beta', 0.5)];
  elementWise(reader, node, reader.tensor(node), {
    className: 'HardActivation',
    operation: { kind: 'activation', function: 'hard_sigmoid', slope, shift },
  });
};

const softmax: OnnxHandler = (reader, node) => {
  const x = reader.tensor(node);
  const axis = number(node, 'axis', -1);
  const rank = x.shape.length + 1;
  const own = (axis < 0 ? rank + axis : axis) - 1;
  if (x.image || own !== x.shape.length - 1)
    throw refusal(node, 'axis', `${axis} is not supported, only the last`);
  elementWise(reader, node, x, { className: 'Softmax', operation: { kind: 'softmax', axis: own } });
};

/** Two tensors, or one and a constant that is added or multiplied a channel at a time (as a normalisation). */
const merge =
  (operation: MergeOperation): OnnxHandler =>
  (reader, node) => {
    const values = [reader.get(node, 0), reader.get(node, 1)];
    const [a, b] = values;
    if (a.kind === 'tensor' && b.kind === 'tensor') {
      if (a.shape.join() !== b.shape.join())
        throw refusal(node, 'inputs', 'of different shapes are not supported');
      const name = reader.nextName(node.operator);
      reader.push(
        node,
        {
          name,
          className: 'Merge',
          operation: { kind: 'merge', operation },
          inputs: [a.node, b.node],
          shape: a.shape,
          weights: {},
        },
        a.image,
        a.flattened,
      );
      return;
    }
    const x = values.find((value) => value.kind === 'tensor');
    const constant = values.find((value) => value.kind === 'constant')?.weight;
    const supported =
      operation === 'add' || operation === 'multiply' || (operation === 'subtract' && b.kind === 'constant');
    if (!x || !constant || !supported) throw refusal(node, 'inputs', 'of this sort are not supported');
    const channels = x.shape.at(-1)!;
    const size = constant.values.length;
    const perChannel =
      size === 1 || (size === channels && (x.image ? constant.shape.at(-1) !== size || size === 1 : true));
    if (!perChannel || x.flattened)
      throw refusal(
        node,
        'inputs',
        `a constant of shape [${constant.shape.join(', ')}] is not one number a channel`,
      );
    const spread = Float64Array.from({ length: channels }, (_, at) => constant.values[size === 1 ? 0 : at]);
    const own: Weight = {
      ...constant,
      shape: [channels],
      values: operation === 'subtract' ? spread.map((value) => -value) : spread,
    };
    const plain = (value: number): Weight => ({
      shape: [channels],
      values: new Float64Array(channels).fill(value),
    });
    elementWise(reader, node, x, {
      name: `bn_${reader.nextName(node.operator)}`,
      className: 'ApplyAlpha',
      operation: { kind: 'batch-normalization' },
      weights: operation === 'multiply' ? { scale: own, bias: plain(0) } : { scale: plain(1), bias: own },
    });
  };

const batchNormalization: OnnxHandler = (reader, node) => {
  const x = reader.tensor(node);
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => reader.constant(node, index).values);
  const epsilon = float(number(node, 'epsilon', 1e-5));
  const scale = gamma.map((value, at) => float(value / float(Math.sqrt(float(variance[at] + epsilon)))));
  const bias = beta.map((value, at) => float(value - float(mean[at] * scale[at])));
  const weight = (values: Float64Array): Weight => ({ shape: [values.length], values });
  elementWise(reader, node, x, {
    className: 'BatchNormalization',
    operation: { kind: 'batch-normalization' },
    weights: { scale: weight(scale), bias: weight(bias) },
  });
};

const flatten: OnnxHandler = (reader, node) => {
  const x = reader.tensor(node);
  const size = elements(x.shape);
  if (node.operator === 'Reshape') {
    const target = Array.from(reader.constant(node, 1).values).slice(1);
    if (!(target.length === 1 && (target[0] === -1 || target[0] === size)))
      throw refusal(node, 'shape', `[${target.join(', ')}] is not supported, only one axis behind the batch`);
  } else if (number(node, 'axis', 1) !== 1) throw refusal(node, 'axis', 'other than 1 is not supported');
  if (!x.image) {
    reader.set(node.outputs[0], x.shape.length === 1 ? x : { ...x, shape: [size] });
    if (x.shape.length === 1) return;
  }
  const source: Source = {
    name: reader.nextName('Flatten'),
    className: 'Reshape',
    operation: { kind: 'reshape' },
    inputs: [x.node],
    shape: [size],
    weights: {},
  };
  reader.push(node, source, false, x.image ? x.shape : undefined);
};

const nothing: OnnxHandler = (reader, node) => reader.set(node.outputs[0], reader.get(node, 0));

const constant: OnnxHandler = (reader, node) => {
  const value = node.attributes.get('value');
  if (typeof value !== 'object' || !('shape' in value)) throw refusal(node, 'value', 'is no tensor');
  reader.set(node.outputs[0], { kind: 'constant', weight: asWeight(value) });
};

/** QONNX: inputs value, scale, zero point, bit width. */
const quant: OnnxHandler = (reader, node) => {
  const scalar = (index: number) => ({ name: '', ...reader.constant(node, index) });
  const name = reader.nextName('Quant');
  const type = quantisedType(name, {
    scale: scalar(1),
    zeroPoint: scalar(2),
    bits: scalar(3).values[0],
    signed: number(node, 'signed', 1) !== 0,
    narrow: number(node, 'narrow', 0) !== 0,
    rounding: text(node, 'rounding_mode', 'ROUND'),
  });
  quantise(reader, node, name, type);
};

/** QCDQ: the pair rounds half to even and saturates, as a fixed-point type does. The first of the pair does all. */
const quantizeLinear: OnnxHandler = (reader, node) => {
  const zero = reader.has(node, 2) ? { name: '', ...reader.constant(node, 2) } : undefined;
  const name = reader.nextName('QuantizeLinear');
  const signed = zero?.signed ?? false;
  const type = quantisedType(name, {
    scale: { name: '', ...reader.constant(node, 1) },
    zeroPoint: zero,
    bits: zero?.bits ?? 8,
    signed,
    narrow: false,
    rounding: 'ROUND',
  });
  quantise(reader, node, name, type);
};

const dequantizeLinear: OnnxHandler = (reader, node) => {
  const value = reader.get(node, 0);
  if (value.kind === 'tensor') return reader.set(node.outputs[0], value);
  const { weight } = value;
  const name = reader.nextName('DequantizeLinear');
  const scale = { name: '', ...reader.constant(node, 1) };
  const type = quantisedType(name, {
    scale,
    zeroPoint: reader.has(node, 2) ? { name: '', ...reader.constant(node, 2) } : undefined,
    bits: weight.bits ?? 8,
    signed: weight.signed ?? true,
    narrow: false,
    rounding: 'ROUND',
  });
  const values = weight.values.map((raw) => raw * scale.values[0]);
  reader.set(node.outputs[0], { kind: 'constant', weight: { shape: weight.shape, values, type } });
};

function quantise(reader: OnnxReader, node: OnnxNode, name: string, type: NonNullable<Weight['type']>): void {
  const value = reader.get(node, 0);
  if (value.kind === 'constant') {
    reader.set(node.outputs[0], { kind: 'constant', weight: quantisedConstant(value.weight, type) });
    return;
  }
  elementWise(reader, node, value, {
    name: `${name}_act`,
    className: 'Activation',
    operation: { kind: 'activation', function: 'linear' },
    types: { result: type },
    quantiser: type,
  });
}

const alpha = (fallback: number) => (node: OnnxNode) => number(node, 'alpha', fallback);

export const onnxHandlers: Readonly<Record<string, OnnxHandler>> = {
  MatMul: matMul,
  Gemm: matMul,
  Conv: conv,
  MaxPool: pool('max', false),
  AveragePool: pool('average', false),
  GlobalMaxPool: pool('max', true),
  GlobalAveragePool: pool('average', true),
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
  Flatten: flatten,
  Reshape: flatten,
  Dropout: nothing,
  Identity: nothing,
  Constant: constant,
  Quant: quant,
  IntQuant: quant,
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
};
