/**
 * The loop of a streamed window over the pixels of a padded image: pixels inside the image are read, and a result is
 * written with each pixel that completes a window.
 *
 * Without padding it is one nest of loops. With padding, the same nest taken apart where reading begins and ends, so that
 * every beat has its cycle: parts of so many pixels follow each other without a gap, as iterations do.
 */
import type { Access, Step } from '../../../pipeline/index.ts';
import { loop, type Port, sequential, straight } from './context.ts';

/** Pixels of one axis. */
export interface Axis {
  readonly before: number;
  readonly inside: number;
  readonly behind: number;
  readonly window: number;
  readonly stride: number;
}

export interface PixelLoop {
  readonly rows: Axis;
  readonly columns: Axis;
  readonly interval: number;
  readonly depth: number;
  readonly from: Port;
  readonly to: Port;
}

export function pixelSteps({ rows, columns, interval, depth, from, to }: PixelLoop): Step[] {
  const [height, width] = [lengthOf(rows), lengthOf(columns)];
  const read: Access = { channel: from.channel, direction: 'read', cycle: 0 };
  if (height === rows.inside && width === columns.inside) {
    const when = [rows, columns].map(({ window, stride }) => ({ first: window - 1, step: stride }));
    const write: Access = { channel: to.channel, direction: 'write', cycle: depth - 1, when };
    return [loop('rows x columns', [height, width], interval, depth, [read, write]), straight(1)];
  }
  const write = { channel: to.channel, direction: 'write', cycle: interval - 1 } as const;
  const rowOf = (row: number): Step[] => {
    const reads = isInside(rows, row);
    const writes = completes(rows, row);
    const edges = [
      0,
      columns.before,
      columns.before + columns.inside,
      ...(writes ? [columns.window - 1] : []),
      width,
    ];
    const ends = [...new Set(edges)].sort((a, b) => a - b);
    return ends.slice(1).map((end, index) => {
      const start = ends[index];
      const first = firstCompleting(columns, start) - start;
      const accesses: Access[] = [
        ...(reads && isInside(columns, start) ? [read] : []),
        ...(writes && start + first < end ? [{ ...write, when: [{ first, step: columns.stride }] }] : []),
      ];
      return loop('columns', [end - start], interval, interval, accesses);
    });
  };
  const steps: Step[] = [];
  for (let row = 0; row < height;) {
    let alike = row + 1;
    const same = (other: number) =>
      isInside(rows, other) === isInside(rows, row) && completes(rows, other) === completes(rows, row);
    while (alike < height && same(alike)) alike++;
    steps.push(sequential('rows', alike - row, rowOf(row)));
    row = alike;
  }
  return [...steps, straight(depth - interval + 1)];
}

function lengthOf({ before, inside, behind }: Axis): number {
  return before + inside + behind;
}

function isInside({ before, inside }: Axis, at: number): boolean {
  return at >= before && at < before + inside;
}

/** Whether a window ends here. */
function completes({ window, stride }: Axis, at: number): boolean {
  return at >= window - 1 && (at - (window - 1)) % stride === 0;
}

/** The first place at or behind `at` where a window ends. */
function firstCompleting({ window, stride }: Axis, at: number): number {
  const first = window - 1;
  return at <= first ? first : first + Math.ceil((at - first) / stride) * stride;
}
