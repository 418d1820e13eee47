/** Figures of two-dimensional candidates: maps of data, fit, pulls and band widths. */
import * as Plot from '@observablehq/plot';
import { describeView, type CandidateView } from './candidate-view.ts';
import { drawPanel, stackPanels, type Figure, type Panel } from './draw.ts';

const side = 380;

interface Cell {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
  readonly value: number;
}

/** Data, fit, pulls and the relative half-width of the 68 % band, bin by bin. */
export function mapFigure(view: CandidateView): Figure {
  const { data } = view.context;
  const { values } = view.candidate;
  const range = extent([...data.y, ...values]);
  const largestPull = Math.max(1, ...view.pulls.map(Math.abs));
  const width = view.bands.inner.upper.map(
    (upper, i) => ((upper - view.bands.inner.lower[i]) / 2 / Math.abs(values[i])) * 100,
  );
  const panels = [
    ...map(view, 'data', data.y, range, 'Viridis'),
    ...map(view, 'fit', values, range, 'Viridis'),
    ...map(
      view,
      view.hasErrors ? '(data - fit) / error' : 'data - fit',
      view.pulls,
      [-largestPull, largestPull],
      'RdBu',
    ),
    ...map(view, '68 % band, half-width in % of the fit', width, [0, quantile(width, 0.98)], 'Blues'),
  ];
  const number = String(view.index).padStart(2, '0');
  const title = `${data.name}: candidate ${view.index}, fit in two dimensions`;
  return stackPanels({ name: `candidate-${number}-fit`, title, lines: describeView(view) }, panels, 4);
}

/** A map and its colour scale. */
function map(
  view: CandidateView,
  title: string,
  values: Float64Array,
  domain: readonly [number, number],
  scheme: 'Viridis' | 'RdBu' | 'Blues',
): Panel[] {
  const cells = cellsOf(view, values);
  const color = {
    type: 'linear' as const,
    domain: [...domain],
    scheme: scheme.toLowerCase() as 'blues',
    clamp: true,
    ...(scheme === 'RdBu' && { reverse: true }),
  };
  const titles = view.context.data.axisTitles?.x;
  const main = drawPanel({
    width: side,
    height: side - 40,
    marginLeft: 48,
    marginTop: 30,
    x: { label: titles?.[0] ?? 'x0', ...edges(cells, 'x1', 'x2') },
    y: { label: titles?.[1] ?? 'x1', ...edges(cells, 'y1', 'y2') },
    color,
    marks: [
      Plot.rect(cells, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: 'value', inset: -0.25 }),
      Plot.text([title], { frameAnchor: 'top-left', dy: -22, dx: -8, fontSize: 12, fontWeight: 'bold' }),
    ],
  });
  const steps = Array.from({ length: 60 }, (_, i) => ({
    low: domain[0] + ((domain[1] - domain[0]) * i) / 60,
    high: domain[0] + ((domain[1] - domain[0]) * (i + 1)) / 60,
  }));
  const scale = drawPanel({
    width: 70,
    height: side - 40,
    marginLeft: 6,
    marginRight: 46,
    marginTop: 30,
    x: { axis: null },
    y: { axis: 'right', label: null, domain: [...domain] },
    color,
    marks: [Plot.rectY(steps, { y1: 'low', y2: 'high', fill: 'low', inset: -0.25 })],
  });
  return [main, scale];
}

/** The rectangle of each bin: from the edges if they are given, else halfway to the neighbouring centres. */
function cellsOf({ context: { data } }: CandidateView, values: Float64Array): Cell[] {
  const axes = data.x.map((column, axis) => data.edges?.[axis] ?? middles(column));
  return Array.from(values, (value, i) => {
    const [x, y] = [data.x[0][i], data.x[1][i]].map((centre, axis) => {
      const at = axes[axis].findIndex((edge, k) => centre >= edge && centre <= axes[axis][k + 1]);
      return [axes[axis][at], axes[axis][at + 1]];
    });
    return { x1: x[0], x2: x[1], y1: y[0], y2: y[1], value };
  });
}

function middles(column: Float64Array): Float64Array {
  const centres = Float64Array.from(new Set(column)).sort();
  if (centres.length === 1) return Float64Array.of(centres[0] - 0.5, centres[0] + 0.5);
  const inner = Array.from(centres.subarray(1), (centre, i) => (centre + centres[i]) / 2);
  const first = centres[0] - (inner[0] - centres[0]);
  const last = centres.at(-1)! + (centres.at(-1)! - inner.at(-1)!);
  return Float64Array.of(first, ...inner, last);
}

function edges(cells: readonly Cell[], low: 'x1' | 'y1', high: 'x2' | 'y2'): { domain: [number, number] } {
  return {
    domain: [Math.min(...cells.map((cell) => cell[low])), Math.max(...cells.map((cell) => cell[high]))],
  };
}

function extent(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  return [Math.min(...finite), Math.max(...finite)];
}

function quantile(values: Float64Array, share: number): number {
  const sorted = values.filter(Number.isFinite).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] || 1;
}
