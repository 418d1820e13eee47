/**
 * Which raw integers a tensor can hold, by interval arithmetic: bits that can never be set cost nothing.
 *
 * HLS trims the result of one process by what that process can produce from any input of its input's type (`local`);
 * logic synthesis, which sees the whole design, by what the network can produce (`network`).
 */
import { fracBits, maxRaw, minRaw, type FixedFormat } from 'fixed-point-ts';
import type { Layer, LayerOf, Model } from '../../model/index.ts';

/** Smallest and largest raw integer, as numbers: exact up to 53 bits, close enough beyond. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

export interface TensorRanges {
  readonly local: ReadonlyMap<string, ValueRange>;
  readonly network: ReadonlyMap<string, ValueRange>;
}

export function tensorRanges(model: Model): TensorRanges {
  const full = (name: string) => typeRange(model.tensors[name].type);
  const local = new Map<string, ValueRange>(model.inputs.map((name) => [name, full(name)]));
  const network = new Map(local);
  for (const layer of model.layers) {
    for (const [ranges, inputs] of [
      [local, layer.inputs.map(full)],
      [network, layer.inputs.map((name) => network.get(name) ?? full(name))],
    ] as const) {
      const outputs = layerRanges(model, layer, inputs, ranges === local ? treeRange : denseSum);
      outputs.forEach((range, index) => {
        const name = layer.outputs[index];
        ranges.set(name, assigned(range, model.tensors[name].type));
      });
    }
  }
  return { local, network };
}

/** Bits of the shortest two's complement (or, without negative values, unsigned) integer that holds the range. */
export function bitsOf({ min, max }: ValueRange): number {
  if (min >= 0) return Math.max(1, Math.ceil(Math.log2(max + 1)));
  return 1 + Math.max(Math.ceil(Math.log2(-min)), Math.ceil(Math.log2(max + 1)));
}

export function typeRange(type: FixedFormat): ValueRange {
  return { min: Number(minRaw(type)), max: Number(maxRaw(type)) };
}

/** Ranges of a layer's outputs before they are assigned to the output types. */
function layerRanges(
  model: Model,
  layer: Layer,
  inputs: readonly ValueRange[],
  sumOf: (model: Model, layer: LayerOf<'dense'>, x: ValueRange) => ValueRange,
): ValueRange[] {
  const [x, coordinates] = inputs as [ValueRange, ValueRange];
  const from = model.tensors[layer.inputs[0]];
  const to = model.tensors[layer.outputs[0]];
  const rescale = ({ min, max }: ValueRange, fraction: number) => {
    const factor = 2 ** (fracBits(to.type) - fraction);
    return { min: Math.round(min * factor), max: Math.round(max * factor) };
  };
  switch (layer.kind) {
    case 'sparse-input-reduce':
      return [x, { min: 1, max: Math.max(from.shape[0] ?? 1, from.shape[1] ?? 1) }];
    case 'sparse-conv2d':
    case 'conv2d':
      return [typeRange(to.type)];
    case 'sparse-average-pool2d': {
      const { raw, type } = layer.reciprocal;
      const factor = Number(raw) ** 2 * 2 ** (-2 * fracBits(type));
      const sum = typeRange(layer.accumulator);
      return [
        rescale({ min: sum.min * factor, max: sum.max * factor }, fracBits(layer.accumulator)),
        pooled(coordinates, layer.pool),
      ];
    }
    case 'sparse-max-pool2d':
      return [{ min: 0, max: Math.max(0, x.max) }, pooled(coordinates, layer.pool)];
    case 'sparse-relu':
    case 'relu':
      return [rescale({ min: Math.max(0, x.min), max: Math.max(0, x.max) }, fracBits(from.type))];
    case 'dense':
      return [rescale(sumOf(model, layer, x), fracBits(from.type) + weightFraction(model, layer))];
    case 'sigmoid':
    case 'softmax':
      return [typeRange(to.type)];
    case 'average-pool2d':
    case 'max-pool2d':
      return [rescale(x, fracBits(from.type))];
    case 'zero-pad2d':
    case 'flatten':
    case 'sparse-flatten':
      return [rescale({ min: Math.min(0, x.min), max: Math.max(0, x.max) }, fracBits(from.type))];
    default:
      // Kinds that no profile schedules: nothing narrower is known than their types.
      return layer.outputs.map((name) => typeRange(model.tensors[name].type));
  }
}

function pooled({ min, max }: ValueRange, pool: number): ValueRange {
  return { min: Math.floor((min - 1) / pool) + 1, max: Math.floor((max - 1) / pool) + 1 };
}

function weightFraction(model: Model, layer: LayerOf<'dense'>): number {
  return fracBits(model.constants[layer.weights].type);
}

/** Bounds over the outputs of sum w x + b, on the grid of the products; unknown weights count at their type's bounds. */
function denseSum(model: Model, layer: LayerOf<'dense'>, x: ValueRange): ValueRange {
  const weights = model.constants[layer.weights];
  const bias = model.constants[layer.bias];
  const [inputs, outputs] = weights.shape as [number, number];
  const biasShift =
    2 ** (fracBits(model.tensors[layer.inputs[0]].type) + fracBits(weights.type) - fracBits(bias.type));
  const product = (w: number) => [Math.min(w * x.min, w * x.max), Math.max(w * x.min, w * x.max)] as const;
  if (weights.raw === null) {
    const bounds = typeRange(weights.type);
    const extremes = [product(bounds.min), product(bounds.max)];
    const b = typeRange(bias.type);
    return {
      min: inputs * Math.min(...extremes.map(([low]) => low)) + b.min * biasShift,
      max: inputs * Math.max(...extremes.map(([, high]) => high)) + b.max * biasShift,
    };
  }
  const low = new Float64Array(outputs);
  const high = new Float64Array(outputs);
  weights.raw.forEach((raw, index) => {
    const [least, most] = product(Number(raw));
    low[index % outputs] += least;
    high[index % outputs] += most;
  });
  const b = (output: number) =>
    (bias.raw === null ? typeRange(bias.type).max : Number(bias.raw[output])) * biasShift;
  return {
    min: Math.min(...low.map((sum, output) => sum + b(output))),
    max: Math.max(...high.map((sum, output) => sum + b(output))),
  };
}

/** What HLS allows for a dense layer's sums: the widest product, and a bit for every level of its adder tree. */
function treeRange(model: Model, layer: LayerOf<'dense'>, x: ValueRange): ValueRange {
  const { raw, type, shape } = model.constants[layer.weights];
  const bounds = typeRange(type);
  const widest =
    raw === null ? -bounds.min : raw.reduce((most, weight) => Math.max(most, Math.abs(Number(weight))), 0);
  const productBits = bitsOf(x) + bitsOf({ min: -widest, max: widest });
  const half = 2 ** (productBits + Math.ceil(Math.log2(shape[0] + 1)) - 1);
  return { min: -half, max: half - 1 };
}

/** The range after assignment to a type: the same if the type holds it; clamped if it saturates; anything if it wraps. */
function assigned(range: ValueRange, type: FixedFormat): ValueRange {
  const bounds = typeRange(type);
  if (range.min >= bounds.min && range.max <= bounds.max) return range;
  if (!type.overflow.startsWith('SAT')) return bounds;
  const clamp = (raw: number) => Math.min(Math.max(raw, bounds.min), bounds.max);
  return { min: clamp(range.min), max: clamp(range.max) };
}
