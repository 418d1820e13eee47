/**
 * Sparse max pooling: the first slot of each cell gets the cell's largest feature, at least 0; later slots get 0.
 *
 * Features below 0 are cut first: max(0, x1, ..., xn) = max(max(0, x1), ..., max(0, xn)), so that slots of other cells,
 * and those that fill the last beat, may take part as 0. The largest of each beat is held, and the largest of those
 * taken at the end: max is associative, and the one assignment comes after it, as published.
 * Source of the function: `sparse-max-pool2d` of the Model in the dialect `pipewright-1`.
 */
import { fracBits } from 'fixed-point-ts';
import { compose, expand } from '../../pipeline/circuit/index.ts';
import { type Lower, needKind } from './lowering.ts';
import { cellsOf, swapLast } from './pool-cells.ts';

export const lowerMaxPool: Lower<'sparse-max-pool2d'> = (layer, { b, choices, inputs, outputs }) => {
  const features = needKind(layer, inputs[0], 'slots');
  const places = needKind(layer, inputs[1], 'places');
  const { type } = outputs[0];
  const { row, column, belongs, inBeat } = cellsOf({ b, choices }, { features, places, pool: layer.pool });
  const positive = b.clamp(inBeat, 0, Infinity);
  // [slots, channels, slots of the beat]
  const terms = b.select(expand(belongs, 1), swapLast(positive), b.constant([0]));
  const largest = compose.maximum(b, b.collect(compose.maximum(b, terms, -1)), 0);
  const view = compose.cast(b, largest, fracBits(features.type), type);
  return [
    { kind: 'slots', form: 'event', view, slots: features.slots, type },
    { kind: 'places', row, column, distinct: true },
  ];
};
