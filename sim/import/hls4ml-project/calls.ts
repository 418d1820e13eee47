/** Kernel calls of hls4ml's firmware, each as the node that it came from. */
import { elements } from '../../model/layer-kind.ts';
import type { MergeOperation, Operation, Padding, Sliding, Weight } from '../hls4ml/node.ts';
import type { Call } from './cpp-text.ts';
import type { ProjectReader } from './project-reader.ts';

type Handler = (reader: ProjectReader, call: Call) => void;

/** Resource kernels keep matrices with the outputs first. */
function isTransposed(reader: ProjectReader, call: Call): boolean {
  const strategy = reader.config(call).constants.strategy ?? 'latency';
  if (strategy === 'latency' || strategy === 'resource') return strategy === 'resource';
  throw reader.refusal(call, 'strategy', `'${strategy}' is not supported`, 'use latency or resource');
}

function outputsLast({ shape, values }: Weight): Weight {
  const outputs = shape.at(-1)!;
  const inputs = values.length / outputs;
  return { shape, values: values.map((_, at) => values[(at % outputs) * inputs + Math.floor(at / outputs)]) };
}

function weighted(
  reader: ProjectReader,
  call: Call,
  kernel: readonly number[],
  outputs: number,
  plain = false,
) {
  const [, , weightArray, biasArray] = call.arguments;
  const { weight, type } = reader.weight(call, weightArray, kernel);
  const { weight: bias, type: biasType } = reader.weight(call, biasArray, [outputs]);
  const ordered = !plain && isTransposed(reader, call) ? outputsLast(weight) : weight;
  return {
    weights: { weight: ordered, bias },
    types: { ...reader.namedTypes(call, ['accum']), weight: type, bias: biasType },
  };
}

const dense: Handler = (reader, call) => {
  const [inputs, outputs] = [reader.number(call, 'n_in'), reader.number(call, 'n_out')];
  const x = reader.read(call, call.arguments[0], [inputs]);
  const { weights, types } = weighted(reader, call, [inputs, outputs], outputs);
  reader.write(call, call.arguments[1], {
    className: 'Dense',
    operation: { kind: 'dense' },
    inputs: [x.name],
    shape: [outputs],
    weights,
    types: { ...types, result: reader.type(call, call.types[1]) },
  });
};

function paddingOf(reader: ProjectReader, call: Call, prefix = 'pad'): Padding {
  const side = (name: string) => reader.number(call, `${prefix}_${name}`, 0);
  return { top: side('top'), bottom: side('bottom'), left: side('left'), right: side('right') };
}

function image(axes: 1 | 2, height: number, width: number, channels: number): number[] {
  return axes === 1 ? [width, channels] : [height, width, channels];
}

const convolution =
  (axes: 1 | 2, depthwise: boolean): Handler =>
  (reader, call) => {
    const size = (name: string) => reader.number(call, name);
    const two = (name: string): [number, number] => [
      axes === 1 ? 1 : size(`${name}_height`),
      size(`${name}_width`),
    ];
    const [height, width] = two('in');
    const [rows, columns] = two('out');
    const [channels, filters] = [size('n_chan'), size('n_filt')];
    const sliding: Sliding = { window: two('filt'), stride: two('stride'), padding: paddingOf(reader, call) };
    const x = reader.read(call, call.arguments[0], image(axes, height, width, channels));
    const kernel = [...sliding.window.slice(2 - axes), channels, depthwise ? 1 : filters];
    const { weights, types } = weighted(reader, call, kernel, filters, depthwise);
    reader.write(call, call.arguments[1], {
      className: `${depthwise ? 'Depthwise' : ''}Conv${axes}D`,
      operation: { kind: 'conv', depthwise, ...sliding },
      inputs: [x.name],
      shape: image(axes, rows, columns, filters),
      weights,
      types: { ...types, result: reader.type(call, call.types[1]) },
    });
  };

const pooling =
  (axes: 1 | 2, global: boolean): Handler =>
  (reader, call) => {
    const op = reader.config(call).constants.pool_op;
    if (op !== 'Max' && op !== 'Average') throw reader.refusal(call, 'pool_op', `'${op}' is not supported`);
    const [channels, number] = [reader.number(call, 'n_filt'), (name: string) => reader.number(call, name)];
    const height = axes === 1 ? 1 : number('in_height');
    const width = axes === 1 ? number('n_in') : number('in_width');
    const x = reader.read(call, call.arguments[0], image(axes, height, width, channels));
    const two = (name: string): [number, number] => [
      axes === 1 ? 1 : number(`${name}_height`),
      number(`${name}_width`),
    ];
    const window = global ? ([height, width] as const) : two('pool');
    const stride = global ? window : two('stride');
    const rows = axes === 1 ? 1 : global ? 1 : number('out_height');
    const columns = global ? 1 : number(axes === 1 ? 'n_out' : 'out_width');
    const padding = global ? { top: 0, bottom: 0, left: 0, right: 0 } : paddingOf(reader, call);
    if (reader.config(call).constants.count_pad === 'true')
      throw reader.refusal(call, 'count_pad', 'true is not supported');
    reader.write(call, call.arguments[1], {
      className: `${global ? 'Global' : ''}Pooling${axes}D`,
      operation: { kind: 'pool', reduce: op === 'Max' ? 'max' : 'average', global, window, stride, padding },
      inputs: [x.name],
      shape: global ? [channels] : image(axes, rows, columns, channels),
      types: { ...reader.namedTypes(call, ['accum']), result: reader.type(call, call.types[1]) },
    });
  };

const border =
  (axes: 1 | 2, kind: 'zero-pad' | 'crop'): Handler =>
  (reader, call) => {
    const [channels, width] = [reader.number(call, 'n_chan'), reader.number(call, 'in_width')];
    const height = axes === 1 ? 1 : reader.number(call, 'in_height');
    const x = reader.read(call, call.arguments[0], image(axes, height, width, channels));
    const padding = paddingOf(reader, call, kind === 'crop' ? 'crop' : 'pad');
    const sign = kind === 'crop' ? -1 : 1;
    reader.write(call, call.arguments[1], {
      className: `${kind === 'crop' ? 'Cropping' : 'ZeroPadding'}${axes}D`,
      operation: { kind, padding },
      inputs: [x.name],
      shape: image(
        axes,
        height + sign * (padding.top + padding.bottom),
        width + sign * (padding.left + padding.right),
        channels,
      ),
      types: { result: reader.type(call, call.types[1]) },
    });
  };

/** Element by element: `f<in, out, config>(x, y)`, or `f<in, param, out, config>(x, parameter, y)`. */
const activation =
  (fn: string, parameter: 'none' | 'number' | 'weights' = 'none'): Handler =>
  (reader, call) => {
    const x = reader.read(call, call.arguments[0]);
    const out = call.arguments.at(-1)!;
    const types = {
      ...reader.namedTypes(call, ['table', 'slope', 'shift']),
      ...(parameter === 'none' ? {} : { param: reader.type(call, call.types[1]) }),
      result: reader.type(call, call.types.at(-2)),
    };
    const size = reader.config(call).constants.table_size;
    if (size !== undefined) reader.settings[call.name] = { TableSize: Number(size) };
    const value = parameter === 'number' ? { parameter: Number(call.arguments[1]) } : {};
    const line = fn.startsWith('hard_')
      ? { slope: reader.number(call, 'slope'), shift: reader.number(call, 'shift') }
      : {};
    const operation: Operation = { kind: 'activation', function: fn, ...value, ...line };
    const weights =
      parameter === 'weights' ? { param: reader.weight(call, call.arguments[1], x.shape).weight } : {};
    reader.write(call, out, {
      className: 'Activation',
      operation,
      inputs: [x.name],
      shape: x.shape,
      weights,
      types,
    });
  };

const softmax: Handler = (reader, call) => {
  const { constants } = reader.config(call);
  const slices = ['n_outer', 'n_slice', 'n_inner'].map((name) => reader.number(call, name, 1));
  const whole = slices[0] === 1 && slices[2] === 1;
  const x = reader.read(call, call.arguments[0], whole ? undefined : slices);
  if (
    constants.exp_table_size !== undefined &&
    constants.exp_scale !== undefined &&
    Number(constants.exp_scale) !== 1
  )
    throw reader.refusal(call, 'exp_scale', `${constants.exp_scale} is not supported, only 1`);
  reader.settings[call.name] = {
    TableSize: reader.number(call, 'inv_table_size', reader.number(call, 'table_size', 1024)),
    Implementation: constants.implementation?.replace(/^.*::/, '') ?? 'stable',
  };
  reader.write(call, call.arguments[1], {
    className: 'Softmax',
    operation: { kind: 'softmax', ...(whole ? {} : { axis: 1 }) },
    inputs: [x.name],
    shape: x.shape,
    types: {
      ...reader.namedTypes(call, ['exp_table', 'inv_table', 'inv_inp', 'accum']),
      result: reader.type(call, call.types[1]),
    },
  });
};

const normalize: Handler = (reader, call) => {
  const x = reader.read(call, call.arguments[0]);
  const filters = reader.number(call, 'n_filt', -1);
  const size = filters > 0 ? filters : reader.number(call, 'n_in');
  const [scale, bias] = [call.arguments[2], call.arguments[3]].map((array) =>
    reader.weight(call, array, [size]),
  );
  reader.write(call, call.arguments[1], {
    className: 'BatchNormalization',
    operation: { kind: 'batch-normalization' },
    inputs: [x.name],
    shape: x.shape,
    weights: { scale: scale.weight, bias: bias.weight },
    types: { scale: scale.type, bias: bias.type, result: reader.type(call, call.types[1]) },
  });
};

const merge =
  (operation: MergeOperation): Handler =>
  (reader, call) => {
    const a = reader.read(call, call.arguments[0]);
    const b = reader.read(call, call.arguments[1], a.shape);
    reader.write(call, call.arguments[2], {
      className: 'Merge',
      operation: { kind: 'merge', operation },
      inputs: [a.name, b.name],
      shape: a.shape,
      types: { result: reader.type(call, call.types[2]) },
    });
  };

const concatenate =
  (rank: 1 | 2 | 3): Handler =>
  (reader, call) => {
    const shapeOf = (which: 1 | 2) =>
      Array.from({ length: rank }, (_, axis) => reader.number(call, `n_elem${which}_${axis}`));
    const a = reader.read(call, call.arguments[0], shapeOf(1));
    const b = reader.read(call, call.arguments[1], shapeOf(2));
    const given = reader.number(call, 'axis', -1);
    const axis = given < 0 ? rank + given : given - 1;
    reader.write(call, call.arguments[2], {
      className: 'Concatenate',
      operation: { kind: 'concatenate', axis },
      inputs: [a.name, b.name],
      shape: a.shape.map((size, at) => (at === axis ? size + b.shape[at] : size)),
      types: { result: reader.type(call, call.types[2]) },
    });
  };

const resize: Handler = (reader, call) => {
  const number = (name: string) => reader.number(call, name);
  const [height, width, channels] = [reader.number(call, 'height', 1), number('width'), number('n_chan')];
  const [rows, columns] = [reader.number(call, 'new_height', 1), number('new_width')];
  const axes = reader.nodeOf(call.arguments[0])?.shape.length === 3 || height > 1 || rows > 1 ? 2 : 1;
  if (rows % height !== 0 || columns % width !== 0)
    throw reader.refusal(call, 'new_width', 'is no multiple of the width');
  const x = reader.read(call, call.arguments[0], image(axes, height, width, channels));
  reader.write(call, call.arguments[1], {
    className: 'Resize',
    operation: { kind: 'resize', factor: [rows / height, columns / width] },
    inputs: [x.name],
    shape: image(axes, rows, columns, channels),
    types: { result: reader.type(call, call.types[0]) },
  });
};

const transpose: Handler = (reader, call) => {
  const list = (field: string) => (reader.config(call).constants[field] ?? '').split(',').map(Number);
  const [permutation, from] = [list('perm'), list('from_shape')];
  const x = reader.read(call, call.arguments[0], from);
  reader.write(call, call.arguments[1], {
    className: 'Transpose',
    operation: { kind: 'transpose', permutation },
    inputs: [x.name],
    shape: permutation.map((axis) => from[axis]),
    types: { result: reader.type(call, call.types[1]) },
  });
};

/** Copies of a stream, and streams packed anew: the same values. */
const same: Handler = (reader, call) => {
  const size = Number(call.types[2]);
  const known = reader.nodeOf(call.arguments[0]);
  const x = known ?? reader.read(call, call.arguments[0], [size]);
  if (elements(x.shape) !== size)
    throw reader.refusal(call, 'size', `is ${size}, the stream has ${elements(x.shape)} values`);
  for (const array of call.arguments.slice(1)) reader.alias(array, x);
};

export const callHandlers: Readonly<Record<string, Handler>> = {
  dense,
  conv_1d_cl: convolution(1, false),
  conv_2d_cl: convolution(2, false),
  pointwise_conv_1d_cl: convolution(1, false),
  pointwise_conv_2d_cl: convolution(2, false),
  depthwise_conv_1d_cl: convolution(1, true),
  depthwise_conv_2d_cl: convolution(2, true),
  pooling1d_cl: pooling(1, false),
  pooling2d_cl: pooling(2, false),
  global_pooling1d_cl: pooling(1, true),
  global_pooling2d_cl: pooling(2, true),
  zeropad1d_cl: border(1, 'zero-pad'),
  zeropad2d_cl: border(2, 'zero-pad'),
  cropping1d_cl: border(1, 'crop'),
  cropping2d_cl: border(2, 'crop'),
  linear: activation('linear'),
  relu: activation('relu'),
  sigmoid: activation('sigmoid'),
  tanh: activation('tanh'),
  softplus: activation('softplus'),
  softsign: activation('softsign'),
  selu: activation('selu'),
  hard_sigmoid: activation('hard_sigmoid'),
  hard_tanh: activation('hard_tanh'),
  binary_tanh: activation('binary_tanh'),
  ternary_tanh: activation('ternary_tanh'),
  leaky_relu: activation('leaky_relu', 'number'),
  thresholded_relu: activation('thresholded_relu', 'number'),
  elu: activation('elu', 'number'),
  prelu: activation('prelu', 'weights'),
  softmax,
  softmax_multidim: softmax,
  normalize,
  add: merge('add'),
  subtract: merge('subtract'),
  multiply: merge('multiply'),
  average: merge('average'),
  maximum: merge('maximum'),
  minimum: merge('minimum'),
  concatenate1d: concatenate(1),
  concatenate2d: concatenate(2),
  concatenate3d: concatenate(3),
  resize_nearest: resize,
  transpose,
  clone_stream: same,
  repack_stream: same,
};
