/** Writes what `pipewright fit` found: tables, figures, the report, and a summary on stdout. */
import { basename, join } from 'node:path';
import pc from 'picocolors';
import type { FitResult } from '../symbolic/fit/fit-run.ts';
import type { MaskedScore } from '../symbolic/fit/masked.ts';
import type { FitReport } from '../schemas/fit-report.ts';
import { EXIT, print, printJson } from './command.ts';
import type { FitCommandOptions } from './fit-options.ts';
import type { OutputFolder } from './output-folder.ts';
import { status } from './progress-line.ts';
import { table } from './table.ts';

/** Writes everything; what cannot be written is printed, so that nothing found is lost. */
export async function report(
  result: FitResult,
  masked: readonly MaskedScore[] | undefined,
  folder: OutputFolder,
  plots: 'all' | 'recommended' | 'none',
  options: FitCommandOptions,
): Promise<number> {
  const { fitReport } = await import('../symbolic/fit/fit-report.ts');
  const { candidatesCsv, compactCandidatesCsv } = await import('../symbolic/fit/candidates-csv.ts');
  const document = { ...fitReport(result), ...(masked && { masked }) };
  const csv = candidatesCsv(result.candidates);
  folder.keep('results.json', `${JSON.stringify(document, undefined, 1)}\n`);
  folder.keep('candidates.csv', csv);
  folder.keep('candidates_compact.csv', compactCandidatesCsv(result.candidates));
  if (plots !== 'none') await draw(result, document, masked, folder, plots, options);
  if (options.json) printJson({ ...document, folder: folder.path, failedFiles: folder.failures });
  else printSummary(document, masked, folder);
  if (folder.failures.length === 0) return EXIT.ok;
  process.stderr.write(`${pc.red('error FIT040')}: ${folder.failures.join('; ')}\n`);
  if (!options.json && folder.failures.some((failure) => failure.startsWith('candidates.csv'))) print(csv);
  return EXIT.badInput;
}

async function draw(
  result: FitResult,
  document: FitReport,
  masked: readonly MaskedScore[] | undefined,
  folder: OutputFolder,
  plots: 'all' | 'recommended',
  options: FitCommandOptions,
): Promise<void> {
  const { drawFigures } = await import('../symbolic/plot/figures.ts');
  const { figuresToPdf } = await import('../symbolic/plot/svg-to-pdf.ts');
  const { htmlReport } = await import('../symbolic/plot/report.ts');
  const axes = {
    ...(options.logX && { logX: true }),
    ...(options.logY !== undefined && { logY: options.logY }),
  };
  const indices = plots === 'all' ? result.candidates.map((_, i) => i) : [result.recommended];
  const drawing = drawFigures(result, axes, indices);
  let step = drawing.next();
  for (let done = 1; step.done !== true; done++) {
    status(`drawing ${done}/${indices.length}`);
    step = drawing.next();
  }
  const figures = step.value;
  const now = new Date();
  const files = {
    'candidates.pdf': figures.candidates.flatMap(({ fit, variations }) => [...fit, ...variations]),
    'candidates_sampling.pdf': figures.candidates.flatMap(({ sampling }) => sampling),
    'candidates_gof.pdf': [figures.goodness],
    'candidates_correlation.pdf': figures.candidates.flatMap(({ correlation }) => correlation),
  };
  for (const [name, pages] of Object.entries(files)) {
    if (pages.length > 0) folder.keep(name, await figuresToPdf(pages, now));
    for (const { name, svg } of pages) folder.keep(join('plots', `${name}.svg`), svg);
  }
  folder.keep('report.html', htmlReport(document, figures, masked));
  status('');
}

function printSummary(
  { candidates, recommended, data }: FitReport,
  masked: readonly MaskedScore[] | undefined,
  folder: OutputFolder,
): void {
  const short = (value: number | null | undefined) =>
    value === null || value === undefined ? '' : digits(value, 4);
  const header = [
    '',
    'complexity',
    'chi2',
    'ndf',
    'chi2/ndf',
    'p',
    'RMSE',
    ...(masked ? ['masked chi2'] : []),
    'function',
  ];
  const rows = candidates.map(({ index, complexity, goodness, form, parameters }) => [
    `${index === recommended ? '*' : ' '} ${index}`,
    String(complexity),
    short(goodness.chi2),
    String(goodness.ndf),
    short(goodness.chi2 === null || goodness.chi2 === undefined ? undefined : goodness.chi2 / goodness.ndf),
    short(goodness.pValue),
    short(goodness.rmse),
    ...(masked ? [`${short(masked[index].chi2)}/${masked[index].bins}`] : []),
    `${form.length > 60 ? `${form.slice(0, 57)}...` : form}  [${parameters.filter(({ isFixed }) => !isFixed).length} free]`,
  ]);
  print(table(header, rows));
  const chosen = candidates[recommended];
  if (chosen !== undefined) {
    print(`\n* candidate ${recommended}, recommended; in the units of ${basename(data.name)}:`);
    print(`  ${chosen.function.infix}`);
    for (const { name, value, error, isFixed } of chosen.parameters) {
      print(`  ${name} = ${digits(value, 6)}${isFixed ? ' (fixed)' : ` ± ${digits(error, 3)}`}`);
    }
  }
  if (folder.written > 0) print(`\n${folder.written} files in ${folder.path}`);
}

/** A number of so many digits; 'unknown' for one that is not finite. */
function digits(value: number | null, count: number): string {
  return value === null ? 'unknown' : String(Number(value.toPrecision(count)));
}
