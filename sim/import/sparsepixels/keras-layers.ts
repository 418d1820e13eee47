/**
 * The Keras layers of the `sparsepixels` package: an image and the mask of its kept pixels become features and
 * coordinates of slots. Source: sparsepixels 0.3.2 `layers.py` (arXiv:2512.06208).
 */
import { elements } from '../../model/layer-kind.ts';
import { quantisedWeight, quantiserNode, readQuantiser, type Quantiser } from '../hgq/quantiser.ts';
import type { Operation, Source, SparsePlaces } from '../hls4ml/node.ts';
import { Fields } from '../keras/fields.ts';
import type { LayerHandler, LayerReader } from '../keras/layer-reader.ts';
import { activationName } from '../keras/layers/activation.ts';
import type { KerasLayer } from '../keras/topology.ts';

const float = Math.fround;

/** Features of kept pixels, and where they stand. */
interface Kept {
  readonly features: Source;
  readonly sparse: SparsePlaces;
  readonly slots: number;
  readonly channels: number;
}

/** Checks that a layer reads features and the mask that belongs to them. @throws InputError `KER003` */
function keptPixels(reader: LayerReader): Kept {
  const [features, mask] = reader.sources;
  const [first, second] = reader.layer.tensors ?? [0, 0];
  const { sparse } = features ?? {};
  if (
    sparse &&
    mask &&
    reader.sources.length === 2 &&
    first === 0 &&
    second === 1 &&
    mask.name === sparse.places
  )
    return { features, sparse, slots: features.shape[0], channels: features.shape[1] };
  throw reader.fields.unsupported(
    'inputs',
    'are not the features of kept pixels and the mask of the InputReduce or pooling layer that they come from',
    'call it on [x, keep_mask] as the layer before gave them',
  );
}

/** The first pixels above a threshold; both may be learned, and are then variables of the file. */
const inputReduce: LayerHandler = (reader) => {
  const { fields, inputShape } = reader;
  if (inputShape.length !== 3)
    throw fields.unsupported('input', 'must be an image of [height, width, channels]');
  const [height, width, channels] = inputShape;
  const learnsThreshold = fields.flag('learn_threshold', true);
  const learned = (name: string, index: number) => reader.weight(name, index, []).values[0];
  const threshold = learnsThreshold ? learned('threshold', 0) : fields.number('threshold', 0);
  const share = fields.flag('learn_n', true) ? learned('n_frac', learnsThreshold ? 1 : 0) : 1;
  const slots = halfEven(float(float(fields.count('n')) * share));
  if (slots < 1) throw fields.unsupported('n', `keeps ${slots} pixels`, 'train with a larger budget');
  const sparse = { image: [height, width] as const, places: reader.layer.name };
  const operation: Operation = { kind: 'sparse-reduce', threshold: float(threshold) };
  return [
    reader.source('SparseInputReduce', operation, [Math.min(slots, height * width), channels], { sparse }),
  ];
};

/** An HGQ2 convolution inside, its bias and activation on the kept pixels alone. */
const convolution: LayerHandler = (reader) => {
  const { features, sparse, slots, channels } = keptPixels(reader);
  const { name } = reader.layer;
  const inner = reader.fields.raw('conv_config');
  if (typeof inner !== 'object' || inner === null)
    throw reader.fields.wrong('conv_config', "the convolution's configuration");
  const fields = new Fields(name, inner as Record<string, unknown>);
  fields.only('padding', ['same'], "kept pixels stay where they are: use padding='same'");
  fields.only('strides', [1, [1, 1]], 'pool after the convolution instead');
  fields.only('dilation_rate', [1, [1, 1]]);
  fields.only('groups', [1]);
  fields.only('data_format', ['channels_last']);
  fields.only('enable_oq', [false], 'quantise the input of the next layer instead');
  const [rows, columns] = fields.counts('kernel_size', 2);
  if (rows !== columns) throw fields.unsupported('kernel_size', `[${rows}, ${columns}] is not square`);
  const filters = fields.count('filters');
  const weight = quantisedWeight(
    reader.weight('kernel', 0, [rows, columns, channels, filters], ['conv']),
    readQuantiser(reader, { which: 'kq', fields, path: ['conv', 'kq'] }),
  );
  const bias = reader.fields.flag('use_bias', true)
    ? quantisedWeight(
        reader.weight('sparse_bias', 0, [filters]),
        readQuantiser(reader, { which: 'bq', path: ['_bq'] }),
      )
    : { shape: [filters], values: new Float64Array(filters) };
  const activation = activationName(reader.fields.raw('activation'));
  if (activation !== 'linear' && activation !== 'relu')
    throw reader.fields.unsupported(
      'activation',
      `'${activation ?? 'unknown'}' is not supported, only relu and linear`,
    );

  const nodes: Source[] = [];
  let from = features.name;
  if (fields.flag('enable_iq', true)) {
    const quantiser = readQuantiser(reader, { which: 'iq', fields, path: ['conv', 'iq'] });
    nodes.push(pixelQuantiser(quantiser, `${name}_iq`, features, sparse));
    from = nodes[0].name;
  }
  const operation: Operation = { kind: 'sparse-conv', places: sparse.places };
  nodes.push(
    reader.source('SparseConv2D', operation, [slots, filters], {
      inputs: [from],
      weights: { weight, bias },
      sparse,
    }),
  );
  if (activation === 'relu') nodes.push(reluNode(`${name}_relu`, nodes.at(-1)!));
  return nodes;
};

function reluNode(name: string, from: Source): Source {
  return {
    name,
    className: 'SparseActivation',
    operation: { kind: 'activation', function: 'relu' },
    inputs: [from.name],
    shape: from.shape,
    weights: {},
    ...(from.sparse ? { sparse: from.sparse } : {}),
  };
}

/** A quantiser of the image on slots: a plain one if all pixels share their widths. */
function pixelQuantiser(quantiser: Quantiser, name: string, features: Source, sparse: SparsePlaces): Source {
  const channels = quantiser.shape.at(-1) ?? 1;
  const shared = (values: Float64Array) => values.every((value, at) => value === values[at % channels]);
  if ([quantiser.signed, quantiser.integer, quantiser.fraction].every(shared)) {
    const ofOnePixel = {
      ...quantiser,
      shape: [1, 1, channels],
      signed: quantiser.signed.subarray(0, channels),
      integer: quantiser.integer.subarray(0, channels),
      fraction: quantiser.fraction.subarray(0, channels),
    };
    return { ...quantiserNode(ofOnePixel, name, features.name, features.shape), sparse };
  }
  const image = quantiserNode(quantiser, name, features.name, [...sparse.image, features.shape[1]]);
  if (image.operation.kind !== 'quantizer') throw new Error('a quantiser is one');
  const { bits, rounding, overflow } = image.operation;
  return {
    ...image,
    className: 'SparseQuantizer',
    operation: { kind: 'sparse-quantizer', bits, rounding, overflow, ...sparse },
    shape: features.shape,
    sparse,
  };
}

const pooling =
  (reduce: 'max' | 'average'): LayerHandler =>
  (reader) => {
    const { features, sparse, slots, channels } = keptPixels(reader);
    const inner = reader.fields.raw('pool_config');
    if (typeof inner !== 'object' || inner === null)
      throw reader.fields.wrong('pool_config', "the pooling's configuration");
    const fields = new Fields(reader.layer.name, inner as Record<string, unknown>);
    const [rows, columns] = fields.counts('pool_size', 2);
    if (rows !== columns) throw fields.unsupported('pool_size', `[${rows}, ${columns}] is not square`);
    fields.only('strides', [rows, [rows, rows]], 'leave strides out');
    fields.only('padding', ['valid']);
    fields.only('data_format', ['channels_last']);
    const [height, width] = sparse.image;
    const cells = [Math.floor(height / rows), Math.floor(width / rows)] as const;
    if (cells[0] < 1 || cells[1] < 1) throw fields.wrong('pool_size', 'a window inside the image');
    const operation: Operation = {
      kind: 'sparse-pool',
      reduce,
      places: sparse.places,
      pool: rows,
      cells,
      partial: height % rows > 0 || width % rows > 0,
    };
    return [
      reader.source('SparsePooling2D', operation, [slots, channels], {
        inputs: [features.name],
        sparse: { image: cells, places: reader.layer.name },
      }),
    ];
  };

export const sparseHandlers: Readonly<Record<string, LayerHandler>> = {
  InputReduce: inputReduce,
  QConv2DSparse: convolution,
  AveragePooling2DSparse: pooling('average'),
  MaxPooling2DSparse: pooling('max'),
};

export function isSparseClass(className: string): boolean {
  return Object.hasOwn(sparseHandlers, className);
}

const flatten: LayerHandler = (reader) => {
  const [features] = reader.sources;
  return [flattenNode(reader.layer.name, features)];
};

/** What Keras' own layers do to kept pixels without making an image of them again; others get the image. */
export function onSparse(className: string, { config }: KerasLayer): LayerHandler | undefined {
  if (className === 'Flatten') return flatten;
  const isRelu =
    (className === 'Activation' && activationName(config.activation) === 'relu') ||
    (className === 'ReLU' &&
      [config.max_value, config.negative_slope, config.threshold].every((value) => !value));
  if (!isRelu) return undefined;
  return (reader) => [reluNode(reader.layer.name, reader.sources[0])];
}

function flattenNode(name: string, features: Source): Source {
  const { image, places } = features.sparse!;
  return {
    name,
    className: 'SparseFlatten',
    operation: { kind: 'sparse-flatten', places, image },
    inputs: [features.name],
    shape: [elements(image) * features.shape[1]],
    weights: {},
  };
}

/** The nodes that make an image of kept pixels again, the last of which is read in their stead. */
export function toDense(
  features: Source & { readonly sparse: SparsePlaces },
  name: string,
): [Source, Source] {
  const flat = flattenNode(`${name}_flat`, features);
  const image: Source = {
    name: `${name}_image`,
    className: 'Reshape',
    operation: { kind: 'reshape' },
    inputs: [flat.name],
    shape: [...features.sparse.image, features.shape[1]],
    weights: {},
  };
  return [flat, image];
}

function halfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
