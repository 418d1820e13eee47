/**
 * Sparse average pooling: the first slot of each cell gets the cell's sum times 1/pool twice, later slots get 0.
 *
 * Every beat brings some slots; each is added to the slot that is the first of its cell. The scaled sum is a shift,
 * a handful of thresholds or a product, whichever the range of the sum makes smallest; all three give the assignment
 * of the exact product. Source of the function: SparsePixels 0.2.1 `sparse_pooling_avg`.
 */
import { castRaw, type FixedFormat, fracBits } from 'fixed-point-ts';
import { type CircuitBuilder, compose, expand, type View } from '../../pipeline/circuit/index.ts';
import { asEvent, type Lower, needKind, unsupported } from './lowering.ts';
import { cellsOf, swapLast } from './pool-cells.ts';
import { sumInto, sumRule } from './sum-rule.ts';

/** Most thresholds for which comparing beats multiplying. */
const MAX_THRESHOLDS = 6;

export const lowerAveragePool: Lower<'sparse-average-pool2d'> = (layer, { b, choices, inputs, outputs }) => {
  const features = needKind(layer, inputs[0], 'slots');
  const places = needKind(layer, inputs[1], 'places');
  const { slots } = features;
  const { accumulator } = layer;
  const up = fracBits(accumulator) - fracBits(features.type);
  if (up < 0)
    unsupported(layer, 'an accumulator with fewer fraction bits than its features has no hardware here');

  const { row, column, cell, isFirst, belongs, inBeat, perBeat, beats } = cellsOf(
    { b, choices },
    { features, places, pool: layer.pool },
  );
  // [slots, channels, slots of the beat]
  const scaled = b.shiftLeft(inBeat, up);
  const channels = inBeat.shape[1];
  const terms = b.select(expand(belongs, 1), swapLast(scaled), b.constant([0]));
  const rule = sumRule(terms.node.range, slots, accumulator);
  let sum: View;
  if (rule !== 'ordered') {
    sum = compose.overflow(b, b.accumulate(compose.sum(b, terms, -1)), accumulator);
  } else {
    const all = asEvent(b, { ...features, view: scaled, form: 'beat' });
    const every = b.and(b.equal(expand(cell, 1), cell), expand(isFirst, 1));
    sum = sumInto(b, b.select(expand(every, 1), swapLast(all), b.constant([0])), accumulator);
  }
  if (beats * perBeat < slots || channels !== sum.shape[1]) unsupported(layer, 'slots and beats do not fit');

  const view = scale(b, sum, fracBits(accumulator), layer.reciprocal, outputs[0].type);
  return [
    { kind: 'slots', form: 'event', view, slots, type: outputs[0].type },
    { kind: 'places', row, column, distinct: true },
  ];
};

/** (sum x reciprocal x reciprocal) assigned to a type. */
function scale(
  b: CircuitBuilder,
  sum: View,
  frac: number,
  reciprocal: { readonly raw: bigint; readonly type: FixedFormat },
  to: FixedFormat,
): View {
  const factor = Number(reciprocal.raw * reciprocal.raw);
  const exactFrac = frac + 2 * fracBits(reciprocal.type);
  const { lo, hi } = sum.node.range;
  if (factor === 0) return b.clamp(sum, 0, 0);
  if (Number.isInteger(Math.log2(factor))) return compose.cast(b, sum, exactFrac - Math.log2(factor), to);

  const valueAt = (raw: number) => Number(castRaw(BigInt(raw) * BigInt(factor), exactFrac, to));
  if (lo === 0 && hi < 2 ** 16 && valueAt(hi) <= MAX_THRESHOLDS && valueAt(hi) > 0) {
    const thresholds = [];
    for (let raw = 1; raw <= hi; raw++) {
      const step = valueAt(raw) - valueAt(raw - 1);
      for (let i = 0; i < step; i++) thresholds.push(raw - 1);
    }
    if (thresholds.length === valueAt(hi)) {
      const above = b.less(b.constant(thresholds), expand(sum, sum.shape.length));
      const packed = b.pack(above);
      const size = packed.node.range.hi + 1;
      // Thresholds are reached in order: only 0, 1, 3, 7 ... occur.
      return b.table(
        packed,
        Array.from({ length: size }, (_, pattern) => pattern.toString(2).replaceAll('0', '').length),
      );
    }
  }
  return compose.cast(b, b.multiply(sum, b.constant([factor])), exactFrac, to);
}
