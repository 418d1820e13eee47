import { imageShape } from '../../model/layer-kind.ts';
import type { LayerOf } from '../../model/index.ts';
import type { NumberTensor } from './kernel.ts';

type Windowed = Pick<LayerOf<'conv2d'>, 'window' | 'stride' | 'padding'>;

/** The positions of a sliding window as numbers, for loops that allocate nothing. */
export interface WindowLoop {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** First and one past the last window row inside the image, for output row y. */
  rowRange(y: number): readonly [from: number, to: number, imageRow: number];
  columnRange(x: number): readonly [from: number, to: number, imageColumn: number];
}

/** Ranges are worked out once per output row and column, not per event. */
export function windowLoop(
  { window, stride, padding }: Windowed,
  image: NumberTensor,
  out: NumberTensor,
): WindowLoop {
  const [height, width, channels] = imageShape(image.shape);
  const [rows, columns] = imageShape(out.shape);
  const ranges = (count: number, step: number, before: number, extent: number, size: number) =>
    Array.from({ length: count }, (_, index) => {
      const start = index * step - before;
      return [Math.max(0, -start), Math.min(size, extent - start), start] as const;
    });
  const rowRanges = ranges(rows, stride[0], padding.top, height, window[0]);
  const columnRanges = ranges(columns, stride[1], padding.left, width, window[1]);
  return {
    rows,
    columns,
    channels,
    rowRange: (y) => rowRanges[y],
    columnRange: (x) => columnRanges[x],
  };
}
