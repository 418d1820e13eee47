/**
 * HGQ2's batch normalisation, alone and folded into dense layers before quantisation, in 32-bit floats.
 * Source: hgq2 0.2.0 `QBatchNormalization`, `QBatchNormDense`, `QEinsumDenseBatchnorm`.
 */
import type { Weight } from '../hls4ml/node.ts';
import type { LayerHandler, LayerReader } from '../keras/layer-reader.ts';
import { dense } from '../keras/layers/core.ts';
import { einsumDense, splitEquation } from '../keras/layers/einsum-dense.ts';
import { quantisedWeight, readQuantiser } from './quantiser.ts';

const float = Math.fround;

interface Statistics {
  /** gamma / sqrt(variance + epsilon). */
  readonly scale: Float64Array;
  readonly mean: Float64Array;
}

/** @param first  index of gamma, or of what follows it where there is none; two scalars stand between it and the mean */
function statistics(
  reader: LayerReader,
  size: number,
  first: number,
  hasGamma: boolean,
  epsilon: number,
): Statistics {
  const gamma = hasGamma ? reader.weight('gamma', first, [size]).values : undefined;
  const next = first + (hasGamma ? 1 : 0) + 2;
  const mean = reader.weight('moving_mean', next, [size]).values;
  const variance = reader.weight('moving_variance', next + 1, [size]).values;
  return { scale: scaleOf(gamma, variance, epsilon), mean };
}

function scaleOf(gamma: Float64Array | undefined, variance: Float64Array, epsilon: number): Float64Array {
  return variance.map((value, at) =>
    float((gamma?.[at] ?? 1) / float(Math.sqrt(float(value + float(epsilon))))),
  );
}

export const normalization: LayerHandler = (reader) => {
  const { fields, inputShape: shape } = reader;
  fields.only('axis', [-1, shape.length, [-1], [shape.length]]);
  const size = shape.at(-1)!;
  let index = 0;
  const gamma = fields.flag('scale', true) ? reader.weight('gamma', index++, [size]).values : undefined;
  const beta = fields.flag('center', true) ? reader.weight('beta', index++, [size]).values : undefined;
  const mean = reader.weight('moving_mean', index++, [size]).values;
  const variance = reader.weight('moving_variance', index, [size]).values;
  const scale = scaleOf(gamma, variance, fields.number('epsilon', 0.001));
  // hgq2 adds 1 where there is no beta
  const bias = mean.map((value, at) => float((beta?.[at] ?? 1) - float(value * scale[at])));
  const weight = (values: Float64Array): Weight => ({ shape: [size], values });
  const node = reader.source('BatchNormalization', { kind: 'batch-normalization' }, shape, {
    weights: {
      scale: quantisedWeight(weight(scale), readQuantiser(reader, { which: 'kq' })),
      bias: quantisedWeight(weight(bias), readQuantiser(reader, { which: 'bq' })),
    },
  });
  return [node];
};

/** Scales the inputs; what the mean would add goes through the kernel as it was before. */
export const denseWithNormalization: LayerHandler = (reader) => {
  const [node, ...rest] = dense(reader);
  const { weight, bias } = node.weights;
  const [inputs, units] = weight.shape;
  const { fields } = reader;
  const { scale, mean } = statistics(
    reader,
    inputs,
    2,
    fields.flag('scale', true),
    fields.number('epsilon', 0.001),
  );
  const values = weight.values.map((value, at) => float(scale[Math.floor(at / units)] * value));
  const shifted = bias.values.map((value, unit) => {
    let offset = 0;
    for (let input = 0; input < inputs; input++)
      offset = float(offset + float(mean[input] * weight.values[input * units + unit]));
    return float(value - offset);
  });
  return [{ ...node, weights: onGrid(reader, { ...weight, values }, { ...bias, values: shifted }) }, ...rest];
};

/** Scales the outputs along the axes of the bias. The file states neither those axes nor epsilon: they are the defaults. */
export const einsumWithNormalization: LayerHandler = (reader) => {
  const { fields } = reader;
  const [node, ...rest] = einsumDense(reader);
  const { weight, bias } = node.weights;
  const [[, kernelAxes]] = splitEquation(fields.text('equation').replaceAll(' ', ''));
  const axis = fields.text('bias_axes');
  const at = kernelAxes.indexOf(axis);
  if (axis.length !== 1 || at < 0)
    throw fields.unsupported('bias_axes', `'${axis}' is not supported, only one axis of the kernel`);
  const size = weight.shape[at];
  const { scale, mean } = statistics(reader, size, 2, true, 1e-7);
  const inner = weight.shape.slice(at + 1).reduce((a, b) => a * b, 1);
  const values = weight.values.map((value, index) => float(value * scale[Math.floor(index / inner) % size]));
  const biasInner = bias.values.length / size;
  const shifted = bias.values.map((value, index) => {
    const own = Math.floor(index / biasInner);
    return float(value + float(-mean[own] * scale[own]));
  });
  return [{ ...node, weights: onGrid(reader, { ...weight, values }, { ...bias, values: shifted }) }, ...rest];
};

function onGrid(reader: LayerReader, weight: Weight, bias: Weight): { weight: Weight; bias: Weight } {
  return {
    weight: quantisedWeight(weight, readQuantiser(reader, { which: 'kq' })),
    bias: quantisedWeight(bias, readQuantiser(reader, { which: 'bq' })),
  };
}
