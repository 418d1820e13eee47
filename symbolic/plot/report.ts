/** One HTML file about a fit that needs nothing around it: tables, functions in several notations, figures. */
import type { MaskedScore } from '../fit/masked.ts';
import type { FitReport } from '../../schemas/fit-report.ts';
import { digits } from './candidate-view.ts';
import { escapeXml, type Figure } from './draw.ts';
import type { FitFigures } from './figures.ts';

const css = `
body { font: 15px/1.45 Helvetica, Arial, sans-serif; color: #222; max-width: 1000px; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; margin: 0.8em 0; font-size: 13px; }
td, th { padding: 0.25em 0.7em; text-align: right; border-bottom: 1px solid #ddd; }
td:last-child, th:last-child, td.left, th.left { text-align: left; }
code { font: 12px/1.4 Menlo, Consolas, monospace; overflow-wrap: anywhere; }
tr.recommended td { background: #fff6d6; }
h2 { margin-top: 2.2em; border-top: 1px solid #ccc; padding-top: 0.6em; }
details { margin: 0.6em 0; } summary { cursor: pointer; }
svg { max-width: 100%; height: auto; }
.note { color: #555; }`;

/** @param masked chi2 on bins that were left out of the fit, by candidate, where it was asked for */
export function htmlReport(results: FitReport, figures: FitFigures, masked?: readonly MaskedScore[]): string {
  const { data, candidates, recommended, compat } = results;
  const drawn = new Map(figures.candidates.map((entry) => [entry.index, entry]));
  const sections = candidates.map((candidate) => {
    const own = drawn.get(candidate.index);
    return section(
      candidate,
      candidate.index === recommended,
      own === undefined
        ? []
        : [
            ...own.fit.map(inline),
            ...folded('Correlation of the free parameters', own.correlation),
            ...folded('Parameter variations', own.variations),
            ...folded('Sampled parameters', own.sampling),
          ],
    );
  });
  const rules = compat === 'symbolfit' ? '; rules of SymbolFit 0.2.5' : '';
  const summary = `${data.bins} bins in ${data.dimensions} dimension${data.dimensions > 1 ? 's' : ''}, ${data.likelihood} fit${rules}`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeXml(data.name)}: fitted functions</title><style>${css}</style></head>
<body>
<h1>${escapeXml(data.name)}: fitted functions</h1>
<p>${escapeXml(summary)}. Candidate ${recommended} is recommended: it has the least chi2 + (parameters + complexity / 10) ln(bins).</p>
${overview(candidates, recommended, masked)}
${figures.goodness.svg}
${sections.join('\n')}
<p class="note">Made by Pipewright. Bands are percentiles of the function over sampled parameters; parameters held fixed do not contribute to them.</p>
</body>
</html>
`;
}

function overview(
  candidates: readonly FitReport['candidates'][number][],
  recommended: number,
  masked?: readonly MaskedScore[],
): string {
  const header = [
    '#',
    'complexity',
    'chi2',
    'ndf',
    'chi2/ndf',
    'p',
    'RMSE',
    ...(masked ? ['masked chi2'] : []),
    'function',
  ];
  const rows = candidates.map(({ index, complexity, goodness, form }) => {
    const { chi2, ndf, pValue, rmse } = goodness;
    const cells = [
      `<a href="#candidate-${index}">${index}</a>`,
      String(complexity),
      figure(chi2, 4),
      String(ndf),
      chi2 === null || chi2 === undefined ? '' : digits(chi2 / ndf, 4),
      figure(pValue, 3),
      figure(rmse, 4),
      ...(masked ? [`${digits(masked[index].chi2, 4)} / ${masked[index].bins}`] : []),
      `<code>${escapeXml(form)}</code>`,
    ];
    const mark = index === recommended ? ' class="recommended"' : '';
    return `<tr${mark}>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<table><tr>${header.map((title) => `<th>${title}</th>`).join('')}</tr>${rows.join('\n')}</table>`;
}

function section(
  candidate: FitReport['candidates'][number],
  isRecommended: boolean,
  parts: readonly string[],
): string {
  const { index, complexity, parameters, start } = candidate;
  const rows = parameters.map(({ name, value, error, isFixed, interval }) => {
    const ends = interval?.map((end) => (end === null ? 'open' : digits(end, 3))).join(', ');
    const cells = [
      name,
      digits(start[name], 6),
      figure(value, 6),
      isFixed ? 'fixed' : figure(error, 3),
      ends ?? '',
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const table =
    parameters.length === 0
      ? ''
      : `<table><tr><th>parameter</th><th>start</th><th>value</th><th>error</th><th>profile interval</th></tr>${rows.join('')}</table>`;
  const notations = Object.entries(candidate.function).map(
    ([name, text]) => `<tr><td class="left">${name}</td><td><code>${escapeXml(text)}</code></td></tr>`,
  );
  return `<h2 id="candidate-${index}">Candidate ${index}${isRecommended ? ' (recommended)' : ''}, complexity ${complexity}</h2>
${parts.slice(0, 1).join('')}
${table}
<details><summary>Function in the units of the data</summary><table>${notations.join('')}</table></details>
${parts.slice(1).join('\n')}`;
}

const inline = ({ svg }: Figure): string => svg;

/** A figure of the report; nothing where there is none. */
const figure = (value: number | null | undefined, count: number): string =>
  value === null || value === undefined ? '' : digits(value, count);

function folded(title: string, figures: readonly Figure[]): string[] {
  if (figures.length === 0) return [];
  return [`<details><summary>${title}</summary>${figures.map(inline).join('\n')}</details>`];
}
