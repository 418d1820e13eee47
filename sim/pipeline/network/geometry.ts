/**
 * How a window unit scans its image. The scan reads one column of pixels, `rows` high, a step, over the rows of the image one after the
 * other; the last columns read are the window. What is outside the image is masked, so that padding costs no beats:
 * the columns right of a row's end are those of the next row's start, and behind the last row those of the next event,
 * or of nothing if that is not there yet.
 *
 * The pixels are kept in `rows` line memories used in turn, each one row of the image. A pixel may be written once the row that it overwrites
 * has been scanned for the last time. So a row of slack is left, which a pixel every cycle takes from a width of 2 on.
 */
import type { Window } from './network.ts';

export interface WindowGeometry {
  readonly outRows: number;
  readonly outColumns: number;
  /** Rows of a window below the scanned row, columns right of the scanned column; both count from its first cell outside the padding. */
  readonly below: number;
  readonly right: number;
  /** Whether windows are still to come when the last column has been scanned: `right` further steps. */
  readonly drains: boolean;
  /** Pixels written and not yet scanned, at most. */
  readonly capacity: number;
  /** The scan of a pixel in row r needs more than this many pixels written and not yet scanned. */
  readonly need: (row: number) => number;
  /** As `need` for the first `right` columns of an event together. */
  readonly overlapNeed: number;
}

export function windowGeometry({ image, window, stride, padding }: Omit<Window, 'kind'>): WindowGeometry {
  const { height, width } = image;
  const outRows = Math.floor((height + padding.top + padding.bottom - window[0]) / stride[0]) + 1;
  const outColumns = Math.floor((width + padding.left + padding.right - window[1]) / stride[1]) + 1;
  const below = window[0] - 1 - padding.top;
  const right = window[1] - 1 - padding.left;
  const last = (outRows - 1) * stride[0] * width + (outColumns - 1) * stride[1] + right;
  const need = (row: number) => Math.min(below, height - 1 - row) * width;
  return {
    outRows,
    outColumns,
    below,
    right,
    drains: last > height * width - 1,
    capacity: (below + 1) * width,
    need,
    overlapNeed: need(0) + Math.max(right, 1) - 1,
  };
}

/** Whether masks alone can pad: every window begins at a pixel of the image and reaches it. */
export function canMask({ image, window, stride, padding }: Omit<Window, 'kind'>): boolean {
  const rows = Math.floor((image.height + padding.top + padding.bottom - window[0]) / stride[0]) + 1;
  const columns = Math.floor((image.width + padding.left + padding.right - window[1]) / stride[1]) + 1;
  return (
    rows > 0 &&
    columns > 0 &&
    padding.top < window[0] &&
    padding.left < window[1] &&
    window[1] - 1 - padding.left < image.width &&
    (rows - 1) * stride[0] < image.height &&
    (columns - 1) * stride[1] < image.width
  );
}
