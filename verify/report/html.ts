/** One self-contained HTML page: opens from disk, travels as a CI artefact. */
import type { LayerRow, LocatedDivergence } from '../against/index.ts';
import { escapeMarkup } from './escape-markup.ts';
import { details, headline } from './sentences.ts';
import type { OracleReport, VerifyReport } from './verify-report.ts';

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1d2330; background: #fff; }
  table { border-collapse: collapse; margin: .5rem 0 1rem; }
  th, td { border-bottom: 1px solid #d8dde6; padding: .25rem .75rem; text-align: left; }
  td.number { text-align: right; font-variant-numeric: tabular-nums; }
  code, pre { font: 13px/1.45 ui-monospace, monospace; }
  pre { background: #f4f6f9; padding: .75rem; overflow-x: auto; }
  .bits span { display: inline-block; width: 1.1em; text-align: center; }
  .bits .differs { background: #c62828; color: #fff; }
  .equal { color: #1b7f3b; } .different { color: #c62828; } .failed, .unfinished { color: #a15c00; }
  tr.bad td { background: #fdeceb; }
  @media (prefers-color-scheme: dark) {
    body { color: #e4e8ef; background: #14171d; } pre { background: #1e232c; } th, td { border-color: #323948; }
    tr.bad td { background: #43201f; } .equal { color: #5fd38a; } .different { color: #ff7b72; } .failed, .unfinished { color: #e3b341; }
  }`;

export function htmlReport(report: VerifyReport): string {
  const verdict = report.verdict ?? 'unfinished';
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${escapeMarkup(report.model)}: ${verdict}</title><style>${STYLE}</style></head>`,
    '<body>',
    `<h1>${escapeMarkup(report.model)}: <span class="${verdict}">${verdict}</span></h1>`,
    `<p>${report.events} events; ${escapeMarkup(report.baseline)} is taken as right.</p>`,
    ...report.oracles.map((oracle) => section(report, oracle)),
    '</body></html>',
    '',
  ].join('\n');
}

function section(report: VerifyReport, oracle: OracleReport): string {
  const kind = oracle.verdict ?? 'unfinished';
  const version = oracle.version === undefined ? '' : ` <small>${escapeMarkup(oracle.version)}</small>`;
  const more = details(oracle);
  return [
    `<h2 class="${kind}">${escapeMarkup(oracle.oracle)}${version}</h2>`,
    `<p>${escapeMarkup(headline(report, oracle))}</p>`,
    oracle.divergence ? bits(oracle.divergence) : '',
    more === '' ? '' : `<pre>${escapeMarkup(more)}</pre>`,
    oracle.layers ? table(oracle.layers) : '',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Both words bit by bit, the differing bits marked. */
function bits({ expected, got, format }: LocatedDivergence): string {
  const width = Number(/<(\d+)/.exec(format)?.[1] ?? 64);
  const word = (raw: bigint) => BigInt.asUintN(width, raw).toString(2).padStart(width, '0');
  const [right, wrong] = [word(expected.raw), word(got.raw)];
  const row = (name: string, own: string) => {
    const cells = [...own].map(
      (bit, at) => `<span${right[at] === wrong[at] ? '' : ' class="differs"'}>${bit}</span>`,
    );
    return `<tr><th>${name}</th><td class="bits"><code>${cells.join('')}</code></td></tr>`;
  };
  return `<table>${row('expected', right)}${row('got', wrong)}</table>`;
}

function table(rows: readonly LayerRow[]): string {
  const body = rows.map(({ layer, tensor, values, mismatchedValues, largestUlp, firstEvent }) => {
    const cells = [
      `<td>${escapeMarkup(layer)}</td><td><code>${escapeMarkup(tensor)}</code></td>`,
      ...[values, mismatchedValues, largestUlp].map((number) => `<td class="number">${number}</td>`),
      `<td>${escapeMarkup(firstEvent ?? '')}</td>`,
    ];
    return `<tr${mismatchedValues > 0 ? ' class="bad"' : ''}>${cells.join('')}</tr>`;
  });
  const head =
    '<tr><th>layer</th><th>tensor</th><th>values</th><th>differ</th><th>largest, ulp</th><th>first event</th></tr>';
  return `<table>${head}${body.join('')}</table>`;
}
