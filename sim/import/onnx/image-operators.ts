/** ONNX operators on images: convolution, pooling, means over all pixels. */
import { elements } from '../../model/layer-kind.ts';
import type { Padding, Source } from '../hls4ml/node.ts';
import { number, numbers, text } from './attributes.ts';
import { type OnnxHandler, type OnnxReader, refusal, type TensorValue } from './onnx-reader.ts';
import { noBias } from './weights.ts';
import type { OnnxNode } from './proto.ts';

function imageInput(reader: OnnxReader, node: OnnxNode): TensorValue {
  const x = reader.tensor(node);
  const image = reader.asImage(x);
  if (image) return image;
  throw refusal(
    node,
    'input',
    `of shape [${x.onnx.join(', ')}] is no image`,
    'give it [batch, channels, width] or [batch, channels, height, width]',
  );
}

/** Window, stride and padding of an image operator, for one axis (a row) or two. */
function sliding(node: OnnxNode, x: TensorValue, kernel: readonly number[]) {
  const axes = x.shape.length - 1;
  const sized = (name: string, values: readonly number[], length: number, least: number) => {
    if (values.length === length && values.every((value) => value >= least)) return values;
    throw refusal(
      node,
      name,
      `[${values.join(', ')}] must be ${length} numbers of at least ${least}`,
      `give one for each of the image's ${axes} axes`,
    );
  };
  sized('kernel_shape', kernel, axes, 1);
  const strides = sized('strides', numbers(node, 'strides') ?? kernel.map(() => 1), axes, 1);
  sized('dilations', numbers(node, 'dilations') ?? kernel.map(() => 1), axes, 1);
  const auto = text(node, 'auto_pad', 'NOTSET');
  const sizes = x.shape.slice(0, -1);
  const given = sized('pads', numbers(node, 'pads') ?? [...kernel, ...kernel].map(() => 0), 2 * axes, 0);
  const pads = sizes.map((size, axis): [number, number] => {
    if (auto === 'NOTSET') return [given[axis], given[axis + axes]];
    if (auto === 'VALID') return [0, 0];
    const all = Math.max((Math.ceil(size / strides[axis]) - 1) * strides[axis] + kernel[axis] - size, 0);
    const less = Math.floor(all / 2);
    return auto === 'SAME_LOWER' ? [all - less, less] : [less, all - less];
  });
  const out = sizes.map(
    (size, axis) => Math.floor((size + pads[axis][0] + pads[axis][1] - kernel[axis]) / strides[axis]) + 1,
  );
  if (out.some((size) => size < 1))
    throw refusal(
      node,
      'kernel_shape',
      `[${kernel.join(', ')}] is larger than the image [${sizes.join(', ')}]`,
      'use a smaller window, or pads',
    );
  const two = <T>(values: readonly T[], one: T): [T, T] =>
    axes === 1 ? [one, values[0]] : [values[0], values[1]];
  const [rows, columns] = two(pads, [0, 0]);
  const padding: Padding = { top: rows[0], bottom: rows[1], left: columns[0], right: columns[1] };
  return { axes, out, window: two(kernel, 1), stride: two(strides, 1), padding } as const;
}

/** An image's layer, and its shape in ONNX. */
function pushImage(reader: OnnxReader, node: OnnxNode, source: Source): void {
  const { shape } = source;
  reader.push(node, source, { onnx: [shape.at(-1)!, ...shape.slice(0, -1)], image: shape });
}

export const conv: OnnxHandler = (reader, node) => {
  const x = imageInput(reader, node);
  const stored = reader.constant(node, 1);
  const [filters, perGroup, ...kernel] = stored.shape;
  const stated = numbers(node, 'kernel_shape') ?? kernel;
  if (stated.join() !== kernel.join())
    throw refusal(
      node,
      'kernel_shape',
      `[${stated.join(', ')}] is not that of the weights, [${kernel.join(', ')}]`,
      'export the model again',
    );
  const { axes, out, ...window } = sliding(node, x, kernel);
  const channels = x.shape.at(-1)!;
  const group = number(node, 'group', 1);
  const depthwise = group === channels && group > 1;
  if (group !== 1 && !(depthwise && filters === channels))
    throw refusal(
      node,
      'group',
      `${group} of ${channels} channels is not supported`,
      'use one group, or one for each channel with as many filters',
    );
  if (perGroup * group !== channels)
    throw refusal(
      node,
      'input 1',
      `has weights for ${perGroup * group} channels, its image ${channels}`,
      'export the model again',
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
  pushImage(reader, node, {
    name: `${className}_${reader.nextName('Conv')}`,
    className,
    operation: { kind: 'conv', depthwise, ...window },
    inputs: [x.node],
    shape: [...out, filters],
    weights: { weight, bias },
  });
};

type Reduce = 'max' | 'average';

export const pool =
  (reduce: Reduce): OnnxHandler =>
  (reader, node) => {
    const x = imageInput(reader, node);
    const kernel = numbers(node, 'kernel_shape');
    if (!kernel) throw refusal(node, 'kernel_shape', 'is missing', 'export the model again');
    const { axes, out, ...window } = sliding(node, x, kernel);
    const padded = Object.values(window.padding).some((size) => size > 0);
    if (padded && number(node, 'count_include_pad', 0) !== 0)
      throw refusal(
        node,
        'count_include_pad',
        '1 is not supported where there are pads',
        'use count_include_pad=False, or no padding',
      );
    pushImage(reader, node, {
      name: reader.nextName(node.operator),
      className: `Pooling${axes}D`,
      operation: { kind: 'pool', reduce, global: false, ...window },
      inputs: [x.node],
      shape: [...out, x.shape.at(-1)!],
      weights: {},
    });
  };

/** A vector, one number a channel; ONNX may keep axes of size 1 behind it. */
function pushGlobal(reader: OnnxReader, node: OnnxNode, x: TensorValue, reduce: Reduce, keep: boolean): void {
  const sizes = x.shape.slice(0, -1);
  const channels = x.shape.at(-1)!;
  const { axes, window, stride, padding } = sliding({ ...node, attributes: new Map() }, x, sizes);
  const source: Source = {
    name: reader.nextName(node.operator === 'ReduceMean' ? 'GlobalAveragePool' : node.operator),
    className: `GlobalPooling${axes}D`,
    operation: { kind: 'pool', reduce, global: true, window, stride, padding },
    inputs: [x.node],
    shape: [channels],
    weights: {},
  };
  reader.push(node, source, { onnx: keep ? [channels, ...sizes.map(() => 1)] : [channels] });
}

export const globalPool =
  (reduce: Reduce): OnnxHandler =>
  (reader, node) =>
    pushGlobal(reader, node, imageInput(reader, node), reduce, true);

/** A mean over all axes but the channels', which is how adaptive pooling to one pixel is exported. */
export const reduceMean: OnnxHandler = (reader, node) => {
  const x = imageInput(reader, node);
  const rank = x.shape.length + 1;
  // axes are an attribute before opset 18
  const given = reader.has(node, 1) ? [...reader.constant(node, 1).values] : numbers(node, 'axes');
  const axes = (given ?? []).map((axis) => (axis < 0 ? rank + axis : axis)).sort((a, b) => a - b);
  const wanted = Array.from({ length: rank - 2 }, (_, index) => index + 2);
  if (axes.join() !== wanted.join())
    throw refusal(
      node,
      'axes',
      `[${(given ?? []).join(', ')}] are not supported, only all pixels: [${wanted.join(', ')}]`,
      'take the mean over every axis but batch and channels',
    );
  pushGlobal(reader, node, x, 'average', number(node, 'keepdims', 1) !== 0);
};
