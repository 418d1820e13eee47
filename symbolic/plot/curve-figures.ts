/** Figures of one-dimensional candidates: the fit with bands and pulls, parameter variations, sampled curves. */
import * as Plot from '@observablehq/plot';
import {
  curveOn,
  describeView,
  fineGrid,
  sampledOn,
  type CandidateView,
  type Curve,
} from './candidate-view.ts';
import { colours, drawPanel, stackPanels, type Figure, type Panel } from './draw.ts';

export interface AxisOptions {
  /** Default: logarithmic y where the data span more than two decades. */
  readonly logY?: boolean;
  readonly logX?: boolean;
}

const width = 720;
const marginLeft = 64;

/** Data and fit with its bands; pulls; bands relative to the fit. */
export function fitFigure(view: CandidateView, axes: AxisOptions = {}): Figure {
  const grid = fineGrid(view.context);
  const { bands } = sampledOn(view, grid, 0);
  const curve = curveOn(view, grid);
  const hasBands = view.candidate.fit.free.length > 0;
  const main = mainPanel(view, axes, [
    ...(hasBands ? [area(grid, bands.outer, colours.outer), area(grid, bands.inner, colours.inner)] : []),
    line(curve, colours.fit),
  ]);
  const panels = [main, pullPanel(view, axes)];
  if (hasBands) panels.push(ratioPanel(view, axes, grid, curve, bands));
  const key = 'points: data; red: fit; blue: 68 % and 95 % bands; bars: pulls';
  return stackPanels({ ...label(view, 'fit', 'fit'), lines: [...describeView(view), key] }, panels);
}

/** One figure for each free parameter: the curve with it shifted up and down by its error, and the ratios. */
export function variationFigures(view: CandidateView, axes: AxisOptions = {}): Figure[] {
  const grid = fineGrid(view.context);
  const best = curveOn(view, grid);
  return view.candidate.fit.free.map((name) => {
    const up = curveOn(view, grid, { name, errors: 1 });
    const down = curveOn(view, grid, { name, errors: -1 });
    const main = mainPanel(view, axes, [
      line(best, colours.fit),
      line(up, colours.up, '5,3'),
      line(down, colours.down, '2,3'),
    ]);
    const ratio = (curve: Curve) => ({ x: curve.x, y: curve.y.map((value, i) => value / best.y[i]) });
    const ratios = drawPanel({
      width,
      height: 150,
      marginLeft,
      x: xAxis(view, axes),
      y: {
        label: `${name} ± 1 sigma / best`,
        grid: true,
        nice: true,
        domain: around(1, [...ratio(up).y, ...ratio(down).y]),
      },
      marks: [
        Plot.ruleY([1], { stroke: colours.rule }),
        line(ratio(up), colours.up, '5,3'),
        line(ratio(down), colours.down, '2,3'),
      ],
    });
    const key = `solid: best fit; dashed green: ${name} + 1 sigma; dotted violet: ${name} - 1 sigma`;
    return stackPanels(
      { ...label(view, `variation-${name}`, `variation of ${name}`), lines: [...describeView(view), key] },
      [main, pullPanel(view, axes), ratios],
    );
  });
}

/** Curves of sampled parameters, with the bands they make. */
export function samplingFigure(view: CandidateView, axes: AxisOptions = {}): Figure {
  const grid = fineGrid(view.context);
  const { bands, drawn } = sampledOn(view, grid, 60);
  const curve = curveOn(view, grid);
  const main = mainPanel(view, axes, [
    ...drawn.map((sample) => line(sample, '#9bbcd6', undefined, 0.5)),
    line({ x: grid, y: bands.inner.lower }, colours.fit, '4,3'),
    line({ x: grid, y: bands.inner.upper }, colours.fit, '4,3'),
    line(curve, colours.fit),
  ]);
  const key = `60 of ${bands.samples} sampled curves; dashed: ends of the 68 % band; below: bands / best fit`;
  return stackPanels(
    { ...label(view, 'sampling', 'sampled parameters'), lines: [...describeView(view), key] },
    [main, ratioPanel(view, axes, grid, curve, bands)],
  );
}

function label(
  { index, context }: CandidateView,
  suffix: string,
  what: string,
): { name: string; title: string } {
  const number = String(index).padStart(2, '0');
  return {
    name: `candidate-${number}-${suffix}`,
    title: `${context.data.name}: candidate ${index}, ${what}`,
  };
}

function xAxis({ context }: CandidateView, axes: AxisOptions, isLast = true): Plot.ScaleOptions {
  return {
    label: isLast ? (context.data.axisTitles?.x?.[0] ?? 'x0') : null,
    type: axes.logX ? 'log' : 'linear',
    domain: [fineGrid(context)[0], fineGrid(context).at(-1)!],
    ...(axes.logX && { tickFormat: '~s' }),
  };
}

/** Data points with their errors under or over the marks given. */
function mainPanel(view: CandidateView, axes: AxisOptions, marks: readonly Plot.Markish[]): Panel {
  const { data } = view.context;
  const [x] = data.x;
  const positive = data.y.filter((value) => value > 0);
  const wide = positive.length > 0 && Math.max(...positive) / Math.min(...positive) > 100;
  const logY = axes.logY ?? (wide && data.y.every((value) => value >= 0));
  const low = Math.min(...positive);
  const bins = Array.from(x, (centre, i) => ({
    x: centre,
    y: data.y[i],
    top: data.y[i] + (data.errors?.up[i] ?? 0),
    bottom: Math.max(data.y[i] - (data.errors?.down[i] ?? 0), logY ? low / 30 : -Infinity),
    half: (data.widths?.[i] ?? 0) / 2,
  }));
  const shown = logY ? bins.filter(({ y, top }) => y > 0 || top > 0) : bins;
  const ends = [
    ...shown.map(({ top }) => top),
    ...shown.filter(({ y }) => !logY || y > 0).map(({ bottom }) => bottom),
  ];
  const domain = logY
    ? [Math.min(...ends.filter((end) => end > 0)) / 2, Math.max(...ends) * 2]
    : padded(Math.min(...ends), Math.max(...ends));
  return drawPanel({
    width,
    height: 340,
    marginLeft,
    x: xAxis(view, axes, false),
    y: {
      label: data.axisTitles?.y ?? 'y',
      type: logY ? 'log' : 'linear',
      domain,
      clamp: true,
      grid: true,
      ...(logY && { tickFormat: decade }),
    },
    marks: [
      ...marks,
      Plot.ruleX(shown, { x: 'x', y1: 'bottom', y2: 'top', stroke: colours.data, strokeWidth: 1 }),
      ...(data.widths ? [Plot.ruleY(shown.filter(({ y }) => !logY || y > 0), { y: 'y', x1: (d: { x: number; half: number }) => d.x - d.half, x2: (d: { x: number; half: number }) => d.x + d.half, stroke: colours.data, strokeWidth: 1 })] : []), // prettier-ignore
      Plot.dot(shown.filter(({ y }) => !logY || y > 0), { x: 'x', y: 'y', r: 2, fill: colours.data, stroke: 'none' }), // prettier-ignore
    ],
  });
}

/** Labels of decades alone, as powers of ten. */
function decade(value: number): string {
  const power = Math.log10(value);
  return Math.abs(power - Math.round(power)) < 1e-9 ? `1e${Math.round(power)}` : '';
}

function pullPanel(view: CandidateView, axes: AxisOptions): Panel {
  const { data } = view.context;
  const bars = Array.from(view.pulls, (pull, i) => ({
    x: data.x[0][i],
    pull,
    half: (data.widths?.[i] ?? 0) / 2,
  }));
  const most = Math.max(1, ...view.pulls.map(Math.abs));
  const hasWidths = data.widths !== undefined;
  return drawPanel({
    width,
    height: 130,
    marginLeft,
    x: xAxis(view, axes, false),
    y: {
      label: view.hasErrors ? '(data - fit) / error' : 'data - fit',
      domain: [-1.1 * most, 1.1 * most],
      grid: true,
      ticks: 5,
    },
    marks: [
      hasWidths
        ? Plot.rectY(bars, { x1: (d: { x: number; half: number }) => d.x - d.half, x2: (d: { x: number; half: number }) => d.x + d.half, y1: 0, y2: 'pull', fill: colours.fit, insetLeft: 0.25, insetRight: 0.25 }) // prettier-ignore
        : Plot.ruleX(bars, { x: 'x', y1: 0, y2: 'pull', stroke: colours.fit, strokeWidth: 3 }),
      Plot.ruleY([0], { stroke: colours.data }),
    ],
  });
}

function ratioPanel(
  view: CandidateView,
  axes: AxisOptions,
  grid: Float64Array,
  curve: Curve,
  bands: CandidateView['bands'],
): Panel {
  const ratio = (column: Float64Array) => column.map((value, i) => value / curve.y[i]);
  const inner = { lower: ratio(bands.inner.lower), upper: ratio(bands.inner.upper) };
  const outer = { lower: ratio(bands.outer.lower), upper: ratio(bands.outer.upper) };
  return drawPanel({
    width,
    height: 140,
    marginLeft,
    x: xAxis(view, axes),
    y: { label: 'band / fit', domain: around(1, [...inner.lower, ...inner.upper, ...outer.lower, ...outer.upper]), grid: true, ticks: 5 }, // prettier-ignore
    marks: [
      area(grid, outer, colours.outer),
      area(grid, inner, colours.inner),
      Plot.ruleY([1], { stroke: colours.fit }),
    ],
  });
}

function line({ x, y }: Curve, stroke: string, dash?: string, strokeWidth = 1.5): Plot.Markish {
  const points = Array.from(x, (value, i) => [value, y[i]]);
  return Plot.line(points, { stroke, strokeWidth, clip: true, ...(dash && { strokeDasharray: dash }) });
}

function area(
  x: Float64Array,
  band: { lower: Float64Array; upper: Float64Array },
  fill: string,
): Plot.Markish {
  const points = Array.from(x, (value, i) => ({ x: value, low: band.lower[i], high: band.upper[i] }));
  return Plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill, clip: true });
}

/** A domain with room on both sides. */
function padded(low: number, high: number): [number, number] {
  const room = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - room, high + room];
}

/** A domain symmetric around a value; outliers beyond 20 times the median distance are cut off. */
function around(centre: number, values: readonly number[]): [number, number] {
  const distances = values.filter(Number.isFinite).map((value) => Math.abs(value - centre)).sort((a, b) => a - b); // prettier-ignore
  const median = distances[Math.floor(distances.length / 2)] ?? 0;
  const reach = Math.min(distances.at(-1) ?? 0, 20 * median) * 1.1 || 0.01;
  return [centre - reach, centre + reach];
}
