/** Batch and layer normalisation. Scale and shift are worked out in 32-bit floats, as NumPy does for hls4ml. */
import type { Weight } from '../../hls4ml/node.ts';
import type { LayerHandler } from '../layer-reader.ts';

const float = Math.fround;

export const batchNormalization: LayerHandler = (reader) => {
  const { fields, inputShape: shape } = reader;
  fields.only('axis', [-1, shape.length, [-1], [shape.length]]);
  const size = shape.at(-1)!;
  let index = 0;
  const gamma = fields.flag('scale', true) ? reader.weight('gamma', index++, [size]).values : undefined;
  const beta = fields.flag('center', true) ? reader.weight('beta', index++, [size]).values : undefined;
  const mean = reader.weight('moving_mean', index++, [size]).values;
  const variance = reader.weight('moving_variance', index, [size]).values;
  const epsilon = fields.number('epsilon', 0.001);
  const scale = Float64Array.from(variance, (value, at) =>
    float((gamma?.[at] ?? 1) / float(Math.sqrt(float(value + float(epsilon))))),
  );
  const bias = Float64Array.from(mean, (value, at) => float((beta?.[at] ?? 0) - float(scale[at] * value)));
  const weight = (values: Float64Array): Weight => ({ shape: [size], values });
  const node = reader.source('BatchNormalization', { kind: 'batch-normalization' }, shape, {
    weights: { scale: weight(scale), bias: weight(bias) },
  });
  return [node];
};

export const layerNormalization: LayerHandler = (reader) => {
  const { fields, inputShape: shape } = reader;
  if (shape.length !== 2)
    throw fields.unsupported('input', `of rank ${shape.length} is not supported, only [sequence, features]`);
  fields.only('axis', [2, [2]], 'give axis=[2]');
  fields.only('center', [true]);
  fields.only('scale', [true]);
  fields.only('rms_scaling', [false]);
  const epsilon = fields.number('epsilon', 0.001);
  if (!(epsilon > 0 && Math.round(Math.log10(epsilon)) < 0))
    throw fields.unsupported('epsilon', `${epsilon} is not supported, only numbers between 0 and 0.1`);
  const node = reader.source('LayerNormalization', { kind: 'layer-normalization', epsilon }, shape, {
    weights: {
      scale: reader.weight('gamma', 0, [shape[1]]),
      bias: reader.weight('beta', 1, [shape[1]]),
    },
  });
  return [node];
};
