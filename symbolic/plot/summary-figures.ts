/** Figures over all candidates, and of correlations. */
import * as Plot from '@observablehq/plot';
import { correlation, type Candidate } from '../fit/candidate.ts';
import { colours, drawPanel, stackPanels, type Figure, type Panel } from './draw.ts';

/** Goodness of fit against complexity, before and after the re-optimisation. */
export function goodnessFigure(name: string, candidates: readonly Candidate[], recommended: number): Figure {
  const hasChi2 = candidates.some(({ goodness }) => goodness.chi2 !== undefined);
  const chi2PerNdf = ({ chi2, ndf }: Candidate['goodness']) => (chi2 === undefined ? NaN : chi2 / ndf);
  const panels = hasChi2
    ? [
        series('chi2 / ndf', candidates, recommended, chi2PerNdf, true),
        series('p-value', candidates, recommended, ({ pValue }) => pValue ?? NaN, false),
        series('RMSE', candidates, recommended, ({ rmse }) => rmse, true),
      ]
    : [
        series('RMSE', candidates, recommended, ({ rmse }) => rmse, true),
        series('R2', candidates, recommended, ({ r2 }) => r2, false),
      ];
  const lines = [
    'dots: after the re-optimisation of the constants; circles: before; ring: recommended candidate',
  ];
  return stackPanels(
    { name: 'goodness', title: `${name}: goodness of fit against complexity`, lines },
    panels,
  );
}

function series(
  label: string,
  candidates: readonly Candidate[],
  recommended: number,
  measure: (goodness: Candidate['goodness']) => number,
  log: boolean,
): Panel {
  const points = candidates.map(({ complexity, goodness, goodnessBefore }, i) => ({
    complexity,
    after: measure(goodness),
    before: measure(goodnessBefore),
    isRecommended: i === recommended,
  }));
  const usable = (value: number) => Number.isFinite(value) && (!log || value > 0);
  const after = points.filter((point) => usable(point.after));
  const before = points.filter((point) => usable(point.before));
  const isLog =
    log &&
    after.length > 0 &&
    Math.max(...after.map((p) => p.after)) / Math.min(...after.map((p) => p.after)) > 10;
  return drawPanel({
    width: 720,
    height: 230,
    marginLeft: 64,
    x: { label: 'complexity', nice: true, grid: true },
    y: {
      label,
      grid: true,
      nice: !isLog,
      type: isLog ? 'log' : 'linear',
      ...(isLog && { tickFormat: '~g', ticks: 6 }),
    },
    marks: [
      Plot.line(after, { x: 'complexity', y: 'after', stroke: colours.inner, strokeWidth: 1 }),
      Plot.dot(before, { x: 'complexity', y: 'before', r: 3, stroke: colours.rule, fill: 'none' }),
      Plot.dot(after, { x: 'complexity', y: 'after', r: 3, fill: colours.fit, stroke: 'none' }),
      Plot.dot(after.filter(({ isRecommended }) => isRecommended), { x: 'complexity', y: 'after', r: 7, stroke: colours.data, fill: 'none' }), // prettier-ignore
    ],
  });
}

/** The correlation matrix of the free parameters; undefined with fewer than two. */
export function correlationFigure(name: string, candidate: Candidate, index: number): Figure | undefined {
  const { free } = candidate.fit;
  if (free.length < 2) return undefined;
  const matrix = correlation(candidate.fit);
  const cells = free.flatMap((row, i) =>
    free.map((column, j) => ({ row, column, value: matrix[i * free.length + j] })),
  );
  const side = Math.max(220, Math.min(640, 60 * free.length + 60));
  const panel = drawPanel({
    width: side,
    height: side,
    marginLeft: 40,
    marginTop: 30,
    x: { domain: free, axis: 'top', label: null },
    y: { domain: free, label: null },
    color: { type: 'diverging', domain: [-1, 1], scheme: 'RdBu', reverse: true },
    marks: [
      Plot.cell(cells, { x: 'column', y: 'row', fill: 'value' }),
      Plot.text(cells, {
        x: 'column',
        y: 'row',
        text: ({ value }: { value: number }) => value.toFixed(2),
        fill: ({ value }: { value: number }) => (Math.abs(value) > 0.6 ? 'white' : 'black'),
      }),
    ],
  });
  const title = `${name}: candidate ${index}, correlation of the free parameters`;
  return stackPanels({ name: `candidate-${String(index).padStart(2, '0')}-correlation`, title }, [panel]);
}
