/** Constants as the weights of layers: missing ones, spread ones, in the order of the tensor that they meet. */
import { elements } from '../../model/layer-kind.ts';
import type { Weight } from '../hls4ml/node.ts';
import { onnxIndex, refusal, type TensorValue } from './onnx-reader.ts';
import type { OnnxNode } from './proto.ts';

/** hls4ml gives a missing bias zeros of the type that the configuration gives a bias. */
export function noBias(size: number): Weight {
  return { shape: [size], values: new Float64Array(size) };
}

/** `count` numbers of a constant that holds as many, or one for all. */
export function spread(
  node: OnnxNode,
  field: string,
  { values, ...rest }: Weight,
  shape: readonly number[],
): Weight {
  const count = elements(shape);
  if (values.length !== 1 && values.length !== count)
    throw refusal(
      node,
      field,
      `of shape [${rest.shape.join(', ')}] is not supported, only [${shape.join(', ')}] or one number`,
      'write it out in the model',
    );
  const all = values.length === 1 ? new Float64Array(count).fill(values[0]) : values;
  return { ...rest, shape, values: all };
}

/**
 * A constant that ONNX broadcasts to a tensor, as one number for each channel (the last axis of the Model's tensor).
 * @throws InputError `ONX003` if it has others
 */
export function perChannel(node: OnnxNode, constant: Weight, x: TensorValue): Weight {
  const flat = x.image !== undefined && x.shape.length === 1;
  const channels = x.shape.at(-1)!;
  // the axis of ONNX' tensor, with its batch, that holds the channels
  const channelAxis = x.image && !flat ? 1 : x.onnx.findLastIndex((size) => size === channels) + 1;
  const rank = x.onnx.length + 1;
  const own = constant.shape.map((size, axis) => ({ size, axis: axis + rank - constant.shape.length }));
  if (own.length > rank || !own.every(({ size, axis }) => size === 1 || axis === channelAxis))
    throw refusal(
      node,
      'inputs',
      `a constant of shape [${constant.shape.join(', ')}] is not one number a channel`,
      'add or multiply one number for each channel',
    );
  const all = spread(node, 'inputs', constant, [channels]);
  return flat ? inOrder(all, x.image) : all;
}

/** Numbers for the elements of a flattened image, from ONNX' order into the Model's. */
export function inOrder(weight: Weight, image: readonly number[]): Weight {
  return { ...weight, values: weight.values.map((_, at) => weight.values[onnxIndex(at, image)]) };
}
