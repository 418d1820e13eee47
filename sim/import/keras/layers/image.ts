/** Convolution, pooling, padding, cropping and up-sampling, over one axis (an image of one row) or two. */
import type { Padding, Sliding, Source } from '../../hls4ml/node.ts';
import { NO_PADDING } from '../../hls4ml/node.ts';
import type { LayerHandler, LayerReader } from '../layer-reader.ts';
import { withActivation } from './activation.ts';
import { biasOf, noBias } from './weights.ts';

/** [height, width] of an image, 1 x width of a row; and how to give a shape back in the input's rank. */
function imageOf(reader: LayerReader, axes: 1 | 2) {
  const shape = reader.inputShape;
  if (shape.length !== axes + 1)
    throw reader.fields.unsupported(
      'input',
      `of rank ${shape.length} is no image of ${axes} axes and channels`,
    );
  const size: [number, number] = axes === 1 ? [1, shape[0]] : [shape[0], shape[1]];
  const back = (height: number, width: number, channels: number) =>
    axes === 1 ? [width, channels] : [height, width, channels];
  return { size, channels: shape.at(-1)!, back };
}

function pairOf(reader: LayerReader, field: string, axes: 1 | 2): [number, number] {
  const values = reader.fields.counts(field, axes);
  return axes === 1 ? [1, values[0]] : [values[0], values[1]];
}

/** Padding and output size of a window. Source: Keras "same", "valid" and "causal"; hls4ml `gen_conv_config`. */
function slide(
  reader: LayerReader,
  [height, width]: readonly [number, number],
  window: readonly [number, number],
  stride: readonly [number, number],
): Sliding & { readonly out: readonly [number, number] } {
  const kind = reader.fields.text('padding', 'valid').toLowerCase();
  if (!['valid', 'same', 'causal'].includes(kind)) reader.fields.only('padding', ['valid', 'same', 'causal']);
  const along = (size: number, extent: number, step: number) => {
    if (kind === 'valid' || (kind === 'causal' && size === 1 && extent === 1))
      return { before: 0, after: 0, out: Math.floor((size - extent) / step) + 1 };
    const out = Math.ceil(size / step);
    const same = Math.max((out - 1) * step + extent - size, 0);
    if (kind === 'same') return { before: Math.floor(same / 2), after: same - Math.floor(same / 2), out };
    // hls4ml pads a causal convolution of a Keras 2 file by what "same" would need, which differs where the stride is not 1
    return { before: reader.version === 3 ? extent - 1 : same, after: 0, out };
  };
  const [rows, columns] = [along(height, window[0], stride[0]), along(width, window[1], stride[1])];
  if (rows.out < 1 || columns.out < 1) throw reader.fields.wrong('kernel_size', 'a window inside the image');
  return {
    window,
    stride,
    padding: { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after },
    out: [rows.out, columns.out],
  };
}

function checkConvolution({ fields }: LayerReader): void {
  fields.only('data_format', ['channels_last'], 'convert the model to channels_last');
  fields.only('dilation_rate', [1, [1], [1, 1]]);
  fields.only('groups', [1]);
  fields.only('depth_multiplier', [1]);
}

export const convolution =
  (axes: 1 | 2): LayerHandler =>
  (reader) => {
    checkConvolution(reader);
    const { size, channels, back } = imageOf(reader, axes);
    const filters = reader.fields.count('filters');
    const { out, ...sliding } = slide(
      reader,
      size,
      pairOf(reader, 'kernel_size', axes),
      pairOf(reader, 'strides', axes),
    );
    const kernel = sliding.window.slice(2 - axes);
    const weight = reader.weight('kernel', 0, [...kernel, channels, filters]);
    const node = reader.source(
      `Conv${axes}D`,
      { kind: 'conv', depthwise: false, ...sliding },
      back(out[0], out[1], filters),
      { weights: { weight, bias: biasOf(reader, filters) } },
    );
    return withActivation(reader, node);
  };

export const depthwiseConvolution =
  (axes: 1 | 2): LayerHandler =>
  (reader) => {
    checkConvolution(reader);
    const { size, channels, back } = imageOf(reader, axes);
    const { out, ...sliding } = slide(
      reader,
      size,
      pairOf(reader, 'kernel_size', axes),
      pairOf(reader, 'strides', axes),
    );
    const kernel = sliding.window.slice(2 - axes);
    const weight = reader.weight('depthwise_kernel', 0, [...kernel, channels, 1]);
    const node = reader.source(
      `DepthwiseConv${axes}D`,
      { kind: 'conv', depthwise: true, ...sliding },
      back(out[0], out[1], channels),
      { weights: { weight, bias: biasOf(reader, channels) } },
    );
    return withActivation(reader, node);
  };

/** A depthwise convolution without bias, then a pointwise one: hls4ml splits it so. */
export const separableConvolution =
  (axes: 1 | 2): LayerHandler =>
  (reader) => {
    checkConvolution(reader);
    const { size, channels, back } = imageOf(reader, axes);
    const filters = reader.fields.count('filters');
    const { out, ...sliding } = slide(
      reader,
      size,
      pairOf(reader, 'kernel_size', axes),
      pairOf(reader, 'strides', axes),
    );
    const kernel = sliding.window.slice(2 - axes);
    const { name } = reader.layer;
    const depthwise: Source = reader.source(
      `DepthwiseConv${axes}D`,
      { kind: 'conv', depthwise: true, ...sliding },
      back(out[0], out[1], channels),
      {
        name: `${name}_depthwise`,
        weights: {
          weight: reader.weight('depthwise_kernel', 0, [...kernel, channels, 1]),
          bias: noBias(channels),
        },
      },
    );
    const pointwise: Source = reader.source(
      `Conv${axes}D`,
      { kind: 'conv', depthwise: false, window: [1, 1], stride: [1, 1], padding: NO_PADDING },
      back(out[0], out[1], filters),
      {
        name: `${name}_pointwise`,
        inputs: [depthwise.name],
        weights: {
          weight: reader.weight('pointwise_kernel', 1, [...kernel.map(() => 1), channels, filters]),
          bias: biasOf(reader, filters, 2),
        },
      },
    );
    const [, ...activations] = withActivation(reader, { ...pointwise, name });
    return [
      depthwise,
      pointwise,
      ...activations.map((activation) => ({ ...activation, inputs: [pointwise.name] })),
    ];
  };

export const pooling =
  (reduce: 'max' | 'average', axes: 1 | 2): LayerHandler =>
  (reader) => {
    reader.fields.only('data_format', ['channels_last'], 'convert the model to channels_last');
    const { size, channels, back } = imageOf(reader, axes);
    const window = pairOf(reader, 'pool_size', axes);
    const stride = (reader.fields.raw('strides') ?? null) === null ? window : pairOf(reader, 'strides', axes);
    const { out, ...sliding } = slide(reader, size, window, stride);
    const operation = { kind: 'pool', reduce, global: false, ...sliding } as const;
    return [reader.source(`Pooling${axes}D`, operation, back(out[0], out[1], channels))];
  };

export const globalPooling =
  (reduce: 'max' | 'average', axes: 1 | 2): LayerHandler =>
  (reader) => {
    reader.fields.only('data_format', ['channels_last'], 'convert the model to channels_last');
    reader.fields.only('keepdims', [false]);
    const { size, channels } = imageOf(reader, axes);
    const operation = {
      kind: 'pool',
      reduce,
      global: true,
      window: size,
      stride: size,
      padding: NO_PADDING,
    } as const;
    return [reader.source(`GlobalPooling${axes}D`, operation, [channels])];
  };

/** Rows and columns given as n, [a, b], or [[top, bottom], [left, right]]. */
function bordersOf(reader: LayerReader, field: string, axes: 1 | 2): Padding {
  const value = reader.fields.raw(field);
  const side = (item: unknown): [number, number] => {
    if (typeof item === 'number' && Number.isInteger(item) && item >= 0) return [item, item];
    if (Array.isArray(item) && item.length === 2 && item.every((size) => Number.isInteger(size) && size >= 0))
      return item as [number, number];
    throw reader.fields.wrong(field, 'counts of rows and columns');
  };
  if (axes === 1) {
    const [left, right] = side(value);
    return { top: 0, bottom: 0, left, right };
  }
  const pairs = Array.isArray(value) ? (value as unknown[]) : [value, value];
  const [[top, bottom], [left, right]] = [side(pairs[0]), side(pairs[1])];
  return { top, bottom, left, right };
}

export const zeroPadding =
  (axes: 1 | 2): LayerHandler =>
  (reader) => {
    reader.fields.only('data_format', ['channels_last'], 'convert the model to channels_last');
    const { size, channels, back } = imageOf(reader, axes);
    const padding = bordersOf(reader, 'padding', axes);
    const shape = back(
      size[0] + padding.top + padding.bottom,
      size[1] + padding.left + padding.right,
      channels,
    );
    return [reader.source(`ZeroPadding${axes}D`, { kind: 'zero-pad', padding }, shape)];
  };

export const cropping =
  (axes: 1 | 2): LayerHandler =>
  (reader) => {
    reader.fields.only('data_format', ['channels_last'], 'convert the model to channels_last');
    const { size, channels, back } = imageOf(reader, axes);
    const padding = bordersOf(reader, 'cropping', axes);
    const [height, width] = [size[0] - padding.top - padding.bottom, size[1] - padding.left - padding.right];
    if (height < 1 || width < 1) throw reader.fields.wrong('cropping', 'less than the whole image');
    return [reader.source(`Cropping${axes}D`, { kind: 'crop', padding }, back(height, width, channels))];
  };

export const upSampling =
  (axes: 1 | 2): LayerHandler =>
  (reader) => {
    reader.fields.only('data_format', ['channels_last'], 'convert the model to channels_last');
    reader.fields.only('interpolation', ['nearest']);
    const { size, channels, back } = imageOf(reader, axes);
    const factor = pairOf(reader, 'size', axes);
    const shape = back(size[0] * factor[0], size[1] * factor[1], channels);
    return [reader.source('Resize', { kind: 'resize', factor }, shape)];
  };
