/** Input, dense, embedding, and the layers that only move values. */
import { elements } from '../../../model/layer-kind.ts';
import type { LayerHandler } from '../layer-reader.ts';
import { withActivation } from './activation.ts';
import { biasOf } from './weights.ts';

export const input: LayerHandler = (reader) => {
  const { fields } = reader;
  const shape = fields.raw('batch_shape') ?? fields.raw('batch_input_shape');
  if (!Array.isArray(shape) || shape.length < 2) throw fields.wrong('batch_shape', 'a shape with the batch');
  const own = shape.slice(1) as unknown[];
  if (!own.every((size): size is number => Number.isInteger(size)))
    throw fields.unsupported('batch_shape', `[${own.join(', ')}] leaves a size open`, 'give every size');
  return [reader.source('Input', { kind: 'input' }, own, { inputs: [] })];
};

export const dense: LayerHandler = (reader) => {
  const shape = reader.inputShape;
  const units = reader.fields.count('units');
  const weight = reader.weight('kernel', 0, [shape.at(-1)!, units]);
  const node = reader.source('Dense', { kind: 'dense' }, [...shape.slice(0, -1), units], {
    weights: { weight, bias: biasOf(reader, units) },
  });
  return withActivation(reader, node);
};

export const embedding: LayerHandler = (reader) => {
  const { fields } = reader;
  fields.only('mask_zero', [false]);
  const size = fields.count('output_dim');
  const embeddings = reader.weight('embeddings', 0, [fields.count('input_dim'), size]);
  const node = reader.source('Embedding', { kind: 'embedding' }, [...reader.inputShape, size], {
    weights: { embeddings },
  });
  return [node];
};

export const flatten: LayerHandler = (reader) => {
  reader.fields.only('data_format', ['channels_last']);
  return [reader.source('Reshape', { kind: 'reshape' }, [elements(reader.inputShape)])];
};

export const reshape: LayerHandler = (reader) => {
  const { fields, inputShape } = reader;
  const target = fields.integers('target_shape');
  const known = target.filter((size) => size !== -1).reduce((a, b) => a * b, 1);
  const shape = target.map((size) => (size === -1 ? elements(inputShape) / known : size));
  if (elements(shape) !== elements(inputShape) || !shape.every(Number.isInteger))
    throw fields.wrong('target_shape', `a shape of ${elements(inputShape)} elements`);
  return [reader.source('Reshape', { kind: 'reshape' }, shape)];
};

export const permute: LayerHandler = (reader) => {
  const { fields, inputShape } = reader;
  const permutation = fields.integers('dims').map((axis) => axis - 1);
  if (permutation.toSorted((a, b) => a - b).join() !== inputShape.map((_, axis) => axis).join())
    throw fields.wrong('dims', `a permutation of 1 to ${inputShape.length}`);
  const shape = permutation.map((axis) => inputShape[axis]);
  return [reader.source('Transpose', { kind: 'transpose', permutation }, shape)];
};

/** Dropout and the like: nothing at inference. */
export const nothing: LayerHandler = (reader) => {
  // where the channels are matters in training alone
  reader.fields.raw('data_format');
  return [reader.source('Activation', { kind: 'activation', function: 'linear' }, reader.inputShape)];
};
