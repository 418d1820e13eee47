/**
 * Dense layers: on kept pixels (each looks up the weights of its place and adds its products), or on a vector.
 *
 * Elements that are not there are 0: their products are 0 in every accumulator and add nothing. The sum is made as a tree where that provably equals the
 * stepwise sum (sum-rule.ts). Source of the function: hls4ml `dense_latency`.
 */
import { fracBits } from 'fixed-point-ts';
import type { LayerOf } from '../../model/index.ts';
import { compose, expand, reshape } from '../../pipeline/circuit/index.ts';
import {
  asBeats,
  asEvent,
  type FlattenedValue,
  type Lower,
  type LoweringContext,
  needKind,
  type Numbers,
  unsupported,
} from './lowering.ts';
import { weightedSum } from './weighted-sum.ts';

export const lowerDense: Lower<'dense'> = (layer, context) => {
  const [x] = context.inputs;
  const { b, constant, outputs } = context;
  const weights = constant(layer.weights);
  const { products, count, from } =
    x?.kind === 'flattened'
      ? ofKeptPixels(layer.name, x, weights, context)
      : ofVector(layer, context, weights);
  const sum = weightedSum(b, products, {
    accumulator: layer.accumulator,
    bias: constant(layer.bias),
    count,
    frac: fracBits(weights.type) + fracBits(from),
    // Kept pixels stand in the order in which they were found, pooled ones not in that of their places.
    shuffled: x?.kind === 'flattened',
  });
  if (!sum) {
    return unsupported(
      layer,
      'its accumulator saturates partial sums of both signs, which only the published order reproduces',
      'give the layer an accumulator that holds every sum, or one that wraps',
    );
  }
  const view = compose.cast(b, sum, fracBits(layer.accumulator), outputs[0].type);
  return [{ kind: 'dense', view, type: outputs[0].type }];
};

/** Products [terms, outputs] in beats. */
function ofKeptPixels(
  name: string,
  { features, places, width }: FlattenedValue,
  weights: Numbers,
  { b, choices }: LoweringContext,
) {
  const x = asEvent(b, features);
  const channels = x.shape[1];
  const outputs = weights.shape[1];
  const perBeat = choices.slotsPerCycle[name] ?? 1;
  const columnBits = Math.max(1, places.column.node.range.hi.toString(2).length);
  const row = channels * outputs;
  const rows = Array.from(
    { length: places.row.node.range.hi * 2 ** columnBits + places.column.node.range.hi + 1 },
    (_, address) => {
      const place = (address >> columnBits) * width + (address % 2 ** columnBits);
      const known = address % 2 ** columnBits < width && (place + 1) * row <= weights.raw.length;
      return known ? weights.raw.slice(place * row, (place + 1) * row) : new Array<number>(row).fill(0);
    },
  );
  const address = asBeats(b, b.join(places.row, places.column, columnBits), perBeat);
  const taken = reshape(b.tableRow(address, rows.slice(address.node.range.lo)), [
    address.shape[0],
    channels,
    outputs,
  ]);
  const products = b.multiply(expand(asBeats(b, x, perBeat), 2), taken);
  const terms = reshape(products, [products.shape[0] * channels, outputs]);
  return { products: terms, count: features.slots * channels, from: features.type };
}

function ofVector(layer: LayerOf<'dense'>, { b, inputs }: LoweringContext, weights: Numbers) {
  const { view, type } = needKind(layer, inputs[0], 'dense');
  const flat = view.shape.length === 1 ? view : reshape(view, [weights.shape[0]]);
  return {
    products: b.multiply(expand(flat, 1), b.constant(weights.raw, weights.shape)),
    count: flat.shape[0],
    from: type,
  };
}
