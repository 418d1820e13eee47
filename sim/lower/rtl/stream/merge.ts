/**
 * Bodies of the layers that read two tensors. Sums, differences, products and means are exact on the finer of the two
 * grids and assigned once; of two values the larger or smaller one is the same number on either grid.
 * Source of the functions: hls4ml `nnet_merge.h`.
 */
import { type FixedFormat, fracBits } from 'fixed-point-ts';
import type { LayerOf } from '../../../model/index.ts';
import { type CircuitBuilder, compose, reshape, sizeOf, type View } from '../../../pipeline/circuit/index.ts';
import type { DenseValue } from '../lowering.ts';

/** @throws RangeError beyond 53 bits */
export function lowerMerge(
  { operation }: LayerOf<'merge'>,
  b: CircuitBuilder,
  [p, q]: readonly [DenseValue, DenseValue],
  out: FixedFormat,
): DenseValue {
  const shape = [sizeOf(p.view.shape)];
  const [fp, fq] = [fracBits(p.type), fracBits(q.type)];
  const frac = Math.max(fp, fq);
  const aligned = ({ view }: DenseValue, own: number) => b.shiftLeft(reshape(view, shape), frac - own);
  const assigned = (view: View, fraction: number): DenseValue => ({
    kind: 'dense',
    view: compose.cast(b, view, fraction, out),
    type: out,
  });
  switch (operation) {
    case 'multiply':
      return assigned(b.multiply(reshape(p.view, shape), reshape(q.view, shape)), fp + fq);
    case 'add':
      return assigned(b.add(aligned(p, fp), aligned(q, fq)), frac);
    case 'subtract':
      return assigned(b.subtract(aligned(p, fp), aligned(q, fq)), frac);
    case 'average':
      return assigned(b.add(aligned(p, fp), aligned(q, fq)), frac + 1);
    case 'maximum':
    case 'minimum': {
      const [x, y] = [aligned(p, fp), aligned(q, fq)];
      const [then, otherwise] = operation === 'maximum' ? [y, x] : [x, y];
      return assigned(b.select(b.less(x, y), then, otherwise), frac);
    }
    default:
      return operation satisfies never;
  }
}

/** Each assigned by itself, then one after the other. @param shapes  of both as they lie in a beat */
export function lowerConcatenate(
  b: CircuitBuilder,
  values: readonly DenseValue[],
  shapes: readonly (readonly number[])[],
  axis: number,
  out: FixedFormat,
): DenseValue {
  const parts = values.map(({ view, type }, index) =>
    compose.cast(b, reshape(view, shapes[index]), fracBits(type), out),
  );
  const view = b.concat(parts, axis);
  return { kind: 'dense', view: reshape(view, [sizeOf(view.shape)]), type: out };
}
