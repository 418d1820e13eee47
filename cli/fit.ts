/** `pipewright fit`: functions found for binned data, fitted with uncertainties, drawn and written down. */
import type { Command } from 'commander';
import { availableParallelism } from 'node:os';
import { defaultIterations, defaultOperators } from '../symbolic/fit/default-search.ts';
import type { FitOptions } from '../symbolic/fit/fit-run.ts';
import type { XScale, YScale } from '../symbolic/fit/scaling.ts';
import { newCommand, positiveNumber, run } from './command.ts';
import { choice, count, readCheckpoint, readData, readFunctions, readSearchOptions } from './fit-input.ts';
import type { FitCommandOptions } from './fit-options.ts';
import { report } from './fit-output.ts';
import { OutputFolder } from './output-folder.ts';
import { progressLine } from './progress-line.ts';

export function fitCommand(): Command {
  return newCommand(
    'fit',
    'Find functions for binned data, fit their parameters with uncertainties, and write tables, plots and a report.\n' +
      'Data: JSON {"x": [...], "y": [...], "y_up": [...], "y_down": [...]} or CSV with such a header (docs/symbolic.md).\n' +
      'An interrupted search goes on with --resume; Ctrl-C ends it and fits what was found so far.\n' +
      'Exit code 0: fitted; 2: bad input, or results could not be written (they are then printed).',
    [
      'pipewright fit golden/symbolfit/datasets/dijet.json --out dijet-fit',
      'pipewright fit spectrum_blinded.json --unmasked spectrum.json --seed 7 --json',
      'pipewright fit spectrum.csv --function "p0*(1-x0/13000)^p1/(x0/13000)^(p2+p3*log(x0/13000))" --profile',
      'pipewright fit counts.csv --likelihood poisson --operators "+,*,/,exp" --max-complexity 20',
      'pipewright fit dijet.json --compat symbolfit --out like-symbolfit',
    ],
  )
    .argument('<data>', 'binned data, .json or .csv')
    .option('--out <folder>', 'where results go; default: <data>-fit in the current folder')
    .option('--compat <rules>', 'symbolfit: the rules of SymbolFit 0.2.5')
    .option('--likelihood <kind>', 'chi2, poisson (counts) or unweighted; default: chi2 where y has errors')
    .option(
      '--unmasked <data>',
      'the whole data set, if bins were masked: candidates are scored on those bins too',
    )
    .option('--function <form...>', 'fit these forms as they are, instead of a search; names are parameters')
    .option('--start <name=value...>', 'start values for --function')
    .option(
      '--operators <list>',
      'operators and definitions the search may use, separated by commas',
      defaultOperators.join(','),
    )
    .option('--max-complexity <n>', 'largest size of an expression; default: 40, with several x 60')
    .option('--iterations <n>', 'rounds of the search', String(defaultIterations))
    .option('--time <seconds>', 'end the search after this time')
    .option('--seed <n>', 'equal seeds and iterations give equal results', '0')
    .option('--workers <n>', 'worker threads of the search; they do not change the result')
    .option('--search <file>', 'JSON with further options of the search (docs/symbolic-search.md)')
    .option('--scale-x <by>', 'range, max, none or auto: max for columns above 0, else range')
    .option('--scale-y <by>', 'mean, max, l2 or none', 'mean')
    .option('--max-stderr <percent>', 'hold parameters fixed whose standard error is larger than this', '20')
    .option('--profile', 'add profile-likelihood intervals')
    .option('--plots <which>', 'all, recommended or none', 'all')
    .option('--log-x', 'logarithmic x axis')
    .option('--log-y', 'logarithmic y axis; default: where y spans more than two decades')
    .option('--no-log-y', 'linear y axis')
    .option('--resume', 'go on from the checkpoint in the output folder')
    .option('--json', 'results as JSON on stdout')
    .action((data: string, options: FitCommandOptions) =>
      run(options.json ?? false, () => fit(data, options)),
    );
}

async function fit(path: string, options: FitCommandOptions): Promise<number> {
  const data = await readData(path);
  const unmasked = options.unmasked === undefined ? undefined : await readData(options.unmasked);
  const { fitRun } = await import('../symbolic/fit/fit-run.ts');
  const { unseenBins, scoreUnseen } = await import('../symbolic/fit/masked.ts');
  const unseen = unmasked && unseenBins(unmasked, data);
  const folder = new OutputFolder(options.out ?? `${data.name}-fit`);
  const given = await readFunctions(options, data);
  const fitOptions: FitOptions = {
    ...(options.compat !== undefined && {
      compat: choice('--compat', options.compat, ['symbolfit']) === 'symbolfit',
    }),
    ...(options.likelihood && {
      likelihood: choice('--likelihood', options.likelihood, ['chi2', 'poisson', 'unweighted']),
    }),
    ...(options.scaleX && {
      scaleX: choice<XScale>('--scale-x', options.scaleX, ['auto', 'range', 'max', 'none']),
    }),
    scaleY: choice<YScale>('--scale-y', options.scaleY, ['mean', 'max', 'l2', 'none']),
    maxStandardErrorPercent: positiveNumber('--max-stderr')(options.maxStderr),
    profile: options.profile ?? false,
    search: await readSearchOptions(options, data.x.length),
    ...(given.length > 0 && { functions: given }),
  };
  const plots = choice('--plots', options.plots, ['all', 'recommended', 'none']);
  const abort = new AbortController();
  const onInterrupt = () => {
    process.stderr.write('\ninterrupted: the search ends, candidates so far are fitted\n');
    abort.abort();
  };
  process.once('SIGINT', onInterrupt);
  const events = fitRun(data, fitOptions, {
    workers:
      options.workers === undefined
        ? Math.min(4, availableParallelism())
        : count('--workers', options.workers),
    signal: abort.signal,
    clock: () => performance.now() / 1000,
    ...(options.resume && { resume: readCheckpoint(folder) }),
  });
  const show = progressLine();
  let step = await events.next();
  const { formatHallOfFame } = await import('../symbolic/expression/hall-of-fame.ts');
  for (; step.done !== true; step = await events.next()) {
    const event = step.value;
    switch (event.kind) {
      case 'note':
        process.stderr.write(`note: ${event.text}\n`);
        break;
      case 'search':
        show(event.progress);
        if (event.progress.improved.length > 0) {
          const front = event.progress.fronts[0].map(({ complexity, loss, equation }) => ({
            complexity,
            loss,
            equation,
          }));
          folder.keep('hall_of_fame.csv', formatHallOfFame(front));
        }
        break;
      case 'checkpoint':
        folder.keep('checkpoint.json', JSON.stringify(event.state));
        break;
      case 'candidate':
        break;
    }
  }
  show(undefined);
  process.removeListener('SIGINT', onInterrupt);
  const result = step.value;
  const masked = unseen && scoreUnseen(result.context, result.candidates, unseen);
  return report(result, masked, folder, plots, options);
}
