/** Small dense Models of several channels, whose images do not divide into their pooling windows. */
import { fixed, ufixed } from 'fixed-point-ts';
import { type Layer, type Model, MODEL_SCHEMA, verifyModel } from '../../../sim/model/index.ts';

export interface SmallStream {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Where it ends: with a pixel for a pixel, with fewer, or with one vector. */
  readonly end: 'convolution' | 'pooling' | 'dense';
}

/**
 * Convolution and ReLU; then pooling; then flattening and a dense layer. Where it ends with pooling the convolution is not
 * padded: the last pixels of an image whose size does not divide are read by nothing.
 */
export function smallStream({ height, width, channels, end }: SmallStream): Model {
  const [weight, sum, feature] = [fixed(5, 2), fixed(14, 8), ufixed(6, 4, 'RND', 'SAT')];
  const around = (size: number) => ({ top: size, bottom: size, left: size, right: size });
  const lost = end === 'pooling' ? 2 : 0;
  const [convRows, convColumns] = [height - lost, width - lost];
  const [rows, columns] = [Math.floor(convRows / 2), Math.floor(convColumns / 2)];
  const flat = rows * columns * 2;
  const layer = (name: string, from: string, to: string) => ({
    dialect: 'hls4ml-1.0.0' as const,
    name,
    inputs: [from],
    outputs: [to],
  });
  const sums = (name: string) => ({ accumulator: sum, weights: `${name}.w`, bias: `${name}.b` });
  const constant = (shape: readonly number[], step: number) => ({
    shape: [...shape],
    type: weight,
    raw: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) =>
      BigInt(((at * step + 3) % 31) - 15),
    ),
  });
  const conv: Layer = {
    ...layer('conv', 'x', 'conv'),
    kind: 'conv2d',
    window: [3, 3],
    stride: [1, 1],
    padding: around(lost > 0 ? 0 : 1),
    ...sums('conv'),
  };
  const pool: Layer = {
    ...layer('pool', 'active', 'pooled'),
    kind: 'max-pool2d',
    window: [2, 2],
    stride: [2, 2],
    padding: around(0),
  };
  const head: Layer[] = [
    { ...layer('flatten', 'pooled', 'flat'), kind: 'flatten' },
    { ...layer('dense', 'flat', 'y'), kind: 'dense', ...sums('dense') },
  ];
  const pools = end !== 'convolution';
  const dense = end === 'dense';
  return verifyModel({
    schema: MODEL_SCHEMA,
    name: `stream-${end}`,
    inputs: ['x'],
    outputs: [dense ? 'y' : pools ? 'pooled' : 'active'],
    tensors: {
      x: { shape: [height, width, channels], type: ufixed(5, 2) },
      conv: { shape: [convRows, convColumns, 2], type: sum },
      active: { shape: [convRows, convColumns, 2], type: feature },
      ...(pools ? { pooled: { shape: [rows, columns, 2], type: feature } } : {}),
      ...(dense ? { flat: { shape: [flat], type: feature }, y: { shape: [3], type: sum } } : {}),
    },
    layers: [
      conv,
      { ...layer('relu', 'conv', 'active'), kind: 'relu' },
      ...(pools ? [pool] : []),
      ...(dense ? head : []),
    ],
    constants: {
      'conv.w': constant([3, 3, channels, 2], 5),
      'conv.b': constant([2], 7),
      ...(dense ? { 'dense.w': constant([flat, 3], 11), 'dense.b': constant([3], 13) } : {}),
    },
  });
}
