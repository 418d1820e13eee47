/** `pipewright search`: expressions that explain a table, as a Pareto front of loss and complexity. */
import type { Command } from 'commander';
import { basename, extname, join } from 'node:path';
import { SEARCH_REPORT_SCHEMA, type SearchReport } from '../schemas/search-report.ts';
import { InputError } from '../sim/model/index.ts';
import type { FrontEntry, SearchProgress, SearchResult, SearchState } from '../symbolic/search/index.ts';
import { EXIT, newCommand, print, printJson, run } from './command.ts';
import { OutputFolder } from './output-folder.ts';
import { chooseColumns, readState, searchOptionsOf, wholeNumber, type SearchFlags } from './search-input.ts';
import { table } from './table.ts';

const several = (text: string, before: readonly string[]): readonly string[] => [...before, text];

export function searchCommand(): Command {
  return newCommand(
    'search',
    'Search for expressions that explain a table of numbers.\n' +
      'The front goes to hall_of_fame.csv (PySR format) in the output folder whenever it improves.\n' +
      'Ctrl-C ends the search after the round in progress; --resume goes on, also after a kill.\n' +
      'Exit code 0: searched; 2: bad input, or results could not be written (they are then printed).',
    [
      "pipewright search data.csv --operators '+ - * / cos exp'",
      "pipewright search data.csv --target y --inputs x1,x2 --weights w --define 'f(x) = 1 / x^2' --maxsize 40",
      "pipewright search spectrum.csv --template 'p[1] * f(x / 13000) ^ g(log(x / 13000))' --parts f,g,p:1",
      "pipewright search pendulum.csv --units 'length=m, g=m/s^2, period=s' --operators '* / sqrt'",
      'pipewright search data.csv --options search.json --workers 4 --out run7',
      'pipewright search data.csv --options search.json --out run7 --resume',
    ],
  )
    .argument('<table>', 'CSV, tab-separated or white-space text; names in the first line, or none')
    .option('-t, --target <columns>', 'what to explain, comma separated; default: the last column')
    .option('-i, --inputs <columns>', 'what to explain it by; default: all other columns')
    .option('-w, --weights <column>', 'weight of each row')
    .option('-u, --units <list>', "units by column: 'x1=m, t=s, y=m/s'; the others have none")
    .option('--operators <list>', "separated by spaces or commas, e.g. '+ - * / ^ sin exp'; default: + - * /")
    .option('-d, --define <definition>', "an operator of your own: 'name(a, b) = a^2 + b'", several, [])
    .option('--maxsize <n>', 'largest complexity; default: 30')
    .option('--maxdepth <n>', 'largest depth; default: maxsize')
    .option('-n, --iterations <n>', 'rounds of evolution; default: 100')
    .option('--populations <n>', 'populations that evolve side by side; default: 31')
    .option('--loss <loss>', 'squared, absolute, log-cosh, or an expression over prediction and target')
    .option('--template <form>', 'the outer form, with sub-expressions to be found')
    .option('--parts <list>', "names of the template's sub-expressions and, with length, parameters: f,g,p:3")
    .option('-g, --guess <expression>', 'an expression to start from', several, [])
    .option('--batch <rows>', 'evolve on random batches of so many rows')
    .option('--timeout <seconds>', 'stop after this time')
    .option('--stop-below <loss>', 'stop when an expression has a loss below this')
    .option('--seed <n>', 'same seed, same result, for any number of workers; default: 0')
    .option('--options <file>', 'all options as JSON (docs/symbolic-search.md); flags have the last word')
    .option('--workers <n>', 'worker threads; they do not change the result', '1')
    .option('-o, --out <folder>', 'where results go; default: outputs/<table>')
    .option('--resume', 'go on from the state in the output folder')
    .option('--json', 'JSON on stdout')
    .action((path: string, flags: SearchFlags) => run(flags.json ?? false, () => search(path, flags)));
}

async function search(path: string, flags: SearchFlags): Promise<number> {
  const { inFile } = await import('../sim/model/index.ts');
  const { readBytes } = await import('../sim/import/read-json.ts');
  const { formatFront, readTable, search } = await import('../symbolic/search/index.ts');
  const { frontProgress } = await import('./search-progress.ts');

  const data = chooseColumns(
    inFile(path, () => readTable(readBytes(path).toString('utf8'))),
    flags,
  );
  const options = await searchOptionsOf(flags);
  const workers = wholeNumber('--workers', flags.workers);
  const names = data.outputNames ?? [];
  const folder = new OutputFolder(flags.out ?? join('outputs', basename(path, extname(path))));
  const resume = flags.resume && (await readState(join(folder.path, stateFile)));

  const started = performance.now();
  const clock = (): number => (performance.now() - started) / 1000;
  const progress = frontProgress(names);
  let savedAt = 0;
  const saveState = (state: SearchState): void => folder.keep(stateFile, `${JSON.stringify(state)}\n`);
  const saveFronts = ({ fronts, improved }: SearchProgress): void => {
    for (const output of improved) {
      const file = hallOfFameFile(names, output);
      const text = formatFront(fronts[output]);
      // Two files, so that one is whole whatever happens; PySR writes both too.
      folder.keep(`${file}.bak`, text);
      folder.keep(file, text);
    }
  };
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const result = await search(data, options, {
    workers,
    clock,
    signal: stop.signal,
    onProgress(state) {
      saveFronts(state);
      progress.show(state);
    },
    onState(state) {
      if (clock() - savedAt < stateInterval) return;
      saveState(state());
      savedAt = clock();
    },
    ...(resume && { resume }),
  });
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  progress.stop();
  saveFronts({ ...result, improved: names.map((_, output) => output) });
  saveState(result.state);
  await report(result, names, folder, flags.json ?? false);
  if (folder.failures.length === 0) return EXIT.ok;
  throw new InputError({
    code: 'CLI001',
    file: folder.path,
    what: `not all results could be written: ${folder.failures.join('; ')}`,
    mend: 'free space there and run again with --resume, or keep what is printed above',
  });
}

const stateFile = 'state.json';
/** Seconds between states saved on the way. */
const stateInterval = 5;

/** PySR's names: a single output has no number. */
function hallOfFameFile(names: readonly string[], output: number): string {
  return names.length === 1 ? 'hall_of_fame.csv' : `hall_of_fame_output${output + 1}.csv`;
}

async function report(
  result: SearchResult,
  names: readonly string[],
  { path }: OutputFolder,
  json: boolean,
): Promise<void> {
  const { fronts, evaluations, seconds, iteration, stopped } = result;
  const files = names.map((_, output) => join(path, hallOfFameFile(names, output)));
  if (json) {
    const outputs = fronts.map((front, i) => ({
      name: names[i],
      file: files[i],
      front: front.map(withoutTree),
    }));
    const counts = { evaluations, seconds, iteration, stopped };
    printJson({
      schema: SEARCH_REPORT_SCHEMA,
      outputs,
      ...counts,
      state: join(path, stateFile),
    } satisfies SearchReport);
    return;
  }
  const { bestEntry } = await import('../symbolic/search/index.ts');
  fronts.forEach((front, i) => {
    if (fronts.length > 1) print(`${names[i]}:`);
    const best = bestEntry(front);
    const rows = front.map((entry) => [
      entry === best ? '>' : '',
      String(entry.complexity),
      entry.loss.toExponential(3),
      entry.score.toFixed(3),
      entry.parts ?? entry.equation,
    ]);
    print(`${table(['', 'complexity', 'loss', 'score', 'equation'], rows)}\n`);
  });
  const rate = `${Math.round(evaluations)} evaluations in ${seconds.toFixed(1)} s`;
  print(`${rate}, stopped by ${stopped} after round ${iteration}; ${files.join(', ')}`);
}

/** JSON leaves the undefined tree out. */
function withoutTree(entry: FrontEntry): Omit<FrontEntry, 'expression'> {
  return { ...entry, expression: undefined } as Omit<FrontEntry, 'expression'>;
}
