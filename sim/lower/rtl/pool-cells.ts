/**
 * What both poolings of kept pixels share: the cell of each slot, which slot is the first of its cell, and which
 * slots of a beat belong to it. Cells and slots as in SparsePixels 0.2.1 `sparse_pooling_avg`.
 */
import { expand, type View } from '../../pipeline/circuit/index.ts';
import { asBeats, type LoweringContext, type PlacesValue, type SlotsValue } from './lowering.ts';

export interface PoolCells {
  /** Places of the cells, [slots]. */
  readonly row: View;
  readonly column: View;
  /** Row and column as one number, [slots]. */
  readonly cell: View;
  /** Whether no slot before it has the same cell, [slots]. */
  readonly isFirst: View;
  /** In each beat whether a slot of the beat goes to a first slot, [slots, slots of the beat]. */
  readonly belongs: View;
  /** Features of the beat, [slots of the beat, channels]. */
  readonly inBeat: View;
  readonly perBeat: number;
  readonly beats: number;
}

interface Pooling {
  readonly features: SlotsValue;
  readonly places: PlacesValue;
  /** Rows and columns of a cell. */
  readonly pool: number;
}

export function cellsOf(
  { b, choices }: Pick<LoweringContext, 'b' | 'choices'>,
  { features, places, pool }: Pooling,
): PoolCells {
  const { slots } = features;
  const row = b.table(places.row, quotients(places.row, pool));
  const column = b.table(places.column, quotients(places.column, pool));
  const cell = b.join(row, column);
  const earlier = b.constant(
    Array.from({ length: slots * slots }, (_, index) => (index % slots < Math.floor(index / slots) ? 1 : 0)),
    [slots, slots],
  );
  const isFirst = b.not(b.any(b.and(b.equal(expand(cell, 1), cell), earlier)));
  const perBeat = features.form === 'beat' ? features.view.shape[0] : choices.pixelsPerCycle;
  const inBeat = features.form === 'beat' ? features.view : asBeats(b, features.view, perBeat);
  const belongs = b.and(b.equal(expand(cell, 1), asBeats(b, cell, perBeat)), expand(isFirst, 1));
  return { row, column, cell, isFirst, belongs, inBeat, perBeat, beats: Math.ceil(slots / perBeat) };
}

export function swapLast(view: View): View {
  return { ...view, shape: [view.shape[1], view.shape[0]], strides: [view.strides[1], view.strides[0]] };
}

function quotients({ node: { range } }: View, pool: number): number[] {
  return Array.from({ length: range.hi - range.lo + 1 }, (_, index) => Math.floor((range.lo + index) / pool));
}
