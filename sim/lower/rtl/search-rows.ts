/**
 * The search for the first N active pixels while the rows of the image come, one a beat.
 *
 * Of each row: which pixels are active, how many of them stand before each, and (a running sum over the rows) how many
 * stand in the rows before. Active pixel k of the image is the one in whose row both come to k; every slot looks for its
 * own in every row, and keeps what it finds. No row is kept and none is selected: after the last row only its own
 * search is left. A running sum cut at N is enough, as no slot looks beyond it.
 */
import type { LayerOf } from '../../model/index.ts';
import { compose, expand, pick, type View } from '../../pipeline/circuit/index.ts';
import type { LoweringContext, RowsValue, Value } from './lowering.ts';
import { selectRanked } from './ranked.ts';

export function searchInRows(
  layer: LayerOf<'sparse-input-reduce'>,
  { view: row, height }: RowsValue,
  { b, outputs }: LoweringContext,
): readonly Value[] {
  const [width, channels] = row.shape as [number, number];
  const slots = outputs[0].shape[0];
  const first = pick(row, 1, 0);
  const active = b.less(b.constant([Number(layer.threshold)]), first);
  const before = b.running(b.clamp(compose.popcount(b, active), 0, slots), slots);
  const rowNumber = b.running(b.constant([1], []), height - 1, height);

  const rank = b.subtract(b.constant(count(slots)), expand(before, 0));
  const hot = selectRanked(b, expand(active, 0), rank);
  const found = b.any(hot);
  const column = b.either(b.oneHot(hot, b.constant(count(width))));
  const rowOf = b.either(b.select(found, expand(rowNumber, 0), b.constant([0])));

  // An active pixel is above a threshold of at least 0: it has no sign. In an empty slot the one-hot sum is 0.
  const magnitude = row.node.range.hi.toString(2).length;
  const features = Array.from({ length: channels }, (_, channel): View => {
    const value = b.oneHot(hot, pick(row, 1, channel));
    if (channel === 0) return b.either(b.wrap(value, magnitude, false));
    // An empty slot holds the other channels of the image's first pixel.
    const isFirst = b.equal(rowNumber, b.constant([0], []));
    const origin = b.either(b.select(isFirst, pick(pick(row, 0, 0), 0, channel), b.constant([0], [])));
    return b.select(b.either(found), b.either(value), expand(origin, 0));
  });
  const view = b.concat(
    features.map((feature) => expand(feature, 1)),
    1,
  );
  return [
    { kind: 'slots', form: 'event', view, slots, type: outputs[0].type },
    { kind: 'places', row: rowOf, column, distinct: channels === 1 },
  ];
}

function count(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index);
}
