/**
 * Calls of the published sparse kernels, sizes and types as template arguments:
 *
 *     sparse_input_reduce<T, hash, H, W, C, N>(x, threshold, features, hash)
 *     sparse_conv<in, out, hash, w, b, N, C, F, K>(features, out, hash, w, b)
 *     sparse_relu<in, out, N, C>(features, out)
 *     sparse_pooling_avg<in, out, hash, N, C, P>(features, out, hash, pooled hash)
 *     sparse_flatten<T, hash, H, W, C, N>(features, hash, out)
 *
 * Source: SparsePixels 0.2.1 (arXiv:2512.06208).
 */
import type { Node, SparsePlaces, Weight } from '../hls4ml/node.ts';
import type { Call } from './cpp-text.ts';
import type { ProjectReader } from './project-reader.ts';

type Handler = (reader: ProjectReader, call: Call) => void;

/** Checks the number of template arguments and reads those that are sizes. */
function sizes(reader: ProjectReader, call: Call, types: number, names: readonly string[]): number[] {
  const given = call.types.length;
  if (given !== types + names.length)
    throw reader.refusal(call, 'template', `has ${given} arguments, expected ${types + names.length}`);
  return names.map((name, index) => {
    const value = reader.constant(call.types[types + index]);
    if (value !== undefined && Number.isInteger(value) && value >= 1) return value;
    throw reader.refusal(call, name, `is '${call.types[types + index]}', expected a whole number`);
  });
}

/** The features that a call reads, and where they stand; both must come from sparse kernels before it. */
function features(
  reader: ProjectReader,
  call: Call,
  hash: string | undefined,
  slots: number,
  channels: number,
): Node & { readonly sparse: SparsePlaces } {
  const node = reader.read(call, call.arguments[0]);
  const { sparse } = node;
  if (!sparse)
    throw reader.refusal(call, call.arguments[0], 'holds no kept pixels: no sparse kernel wrote it');
  if (node.shape.join() !== `${slots},${channels}`)
    throw reader.refusal(
      call,
      call.arguments[0],
      `holds [${node.shape.join(', ')}] values, the kernel reads [${slots}, ${channels}]`,
    );
  if (hash !== undefined && reader.coordinates.get(hash) !== sparse.places)
    throw reader.refusal(call, hash, 'does not hold the coordinates of these features');
  return { ...node, sparse };
}

const inputReduce: Handler = (reader, call) => {
  const [height, width, channels, slots] = sizes(reader, call, 2, ['height', 'width', 'channels', 'pixels']);
  const [image, thresholdText, out, hash] = call.arguments;
  const threshold = reader.constant(thresholdText);
  if (threshold === undefined) throw reader.refusal(call, 'threshold', `'${thresholdText}' is no number`);
  const x = reader.read(call, image, [height, width, channels]);
  reader.coordinates.set(hash, call.name);
  reader.write(call, out, {
    className: 'SparseInputReduce',
    operation: { kind: 'sparse-reduce', threshold },
    inputs: [x.name],
    shape: [slots, channels],
    sparse: { image: [height, width], places: call.name },
    types: { result: reader.type(call, call.types[0]), hash: reader.type(call, call.types[1]) },
  });
};

const convolution: Handler = (reader, call) => {
  const [slots, channels, filters, kernel] = sizes(reader, call, 5, [
    'pixels',
    'channels',
    'filters',
    'kernel',
  ]);
  const [, out, hash, weightArray, biasArray] = call.arguments;
  const x = features(reader, call, hash, slots, channels);
  const { weight, type } = reader.weight(call, weightArray, [kernel, kernel, filters, channels]);
  const { weight: bias, type: biasType } = reader.weight(call, biasArray, [filters]);
  const result = reader.type(call, call.types[1]);
  reader.write(call, out, {
    className: 'SparseConv2D',
    operation: { kind: 'sparse-conv', places: x.sparse.places },
    inputs: [x.name],
    shape: [slots, filters],
    sparse: x.sparse,
    weights: { weight: channelsFirst(weight), bias },
    // the kernel sums in the type of its output
    types: { result, accum: result, weight: type, bias: biasType },
  });
};

/** [rows, columns, filters, channels], as the kernel reads its weights, to [rows, columns, channels, filters]. */
function channelsFirst({ shape: [rows, columns, filters, channels], values }: Weight): Weight {
  const tap = filters * channels;
  return {
    shape: [rows, columns, channels, filters],
    values: values.map((_, at) => {
      const [filter, channel] = [at % filters, Math.floor((at % tap) / filters)];
      return values[at - (at % tap) + filter * channels + channel];
    }),
  };
}

const relu: Handler = (reader, call) => {
  const [slots, channels] = sizes(reader, call, 2, ['pixels', 'channels']);
  const x = features(reader, call, undefined, slots, channels);
  reader.write(call, call.arguments[1], {
    className: 'SparseActivation',
    operation: { kind: 'activation', function: 'relu' },
    inputs: [x.name],
    shape: x.shape,
    sparse: x.sparse,
    types: { result: reader.type(call, call.types[1]) },
  });
};

const averagePooling: Handler = (reader, call) => {
  const [slots, channels, pool] = sizes(reader, call, 3, ['pixels', 'channels', 'pool']);
  const [, out, hash, pooledHash] = call.arguments;
  const x = features(reader, call, hash, slots, channels);
  const result = reader.type(call, call.types[1]);
  const cells = [Math.ceil(x.sparse.image[0] / pool), Math.ceil(x.sparse.image[1] / pool)] as const;
  reader.coordinates.set(pooledHash, call.name);
  reader.write(call, out, {
    className: 'SparsePooling2D',
    operation: {
      kind: 'sparse-pool',
      reduce: 'average',
      places: x.sparse.places,
      pool,
      cells,
      partial: false,
    },
    inputs: [x.name],
    shape: x.shape,
    sparse: { image: cells, places: call.name },
    types: { result, accum: result },
  });
};

const flatten: Handler = (reader, call) => {
  const [height, width, channels, slots] = sizes(reader, call, 2, ['height', 'width', 'channels', 'pixels']);
  const [, hash, out] = call.arguments;
  const x = features(reader, call, hash, slots, channels);
  reader.write(call, out, {
    className: 'SparseFlatten',
    operation: { kind: 'sparse-flatten', places: x.sparse.places, image: [height, width] },
    inputs: [x.name],
    shape: [height * width * channels],
    types: { result: reader.type(call, call.types[0]) },
  });
};

export const sparseCallHandlers: Readonly<Record<string, Handler>> = {
  sparse_input_reduce: inputReduce,
  sparse_conv: convolution,
  sparse_relu: relu,
  sparse_pooling_avg: averagePooling,
  sparse_flatten: flatten,
};
