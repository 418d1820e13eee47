/** `pipewright search`: expressions that explain a table, as a Pareto front of loss and complexity. */
import type { Command } from 'commander';
import { basename, extname, join } from 'node:path';
import { InputError } from '../sim/model/index.ts';
import type {
  FrontEntry,
  SearchData,
  SearchOptions,
  SearchProgress,
  Table,
} from '../symbolic/search/index.ts';
import { EXIT, newCommand, print, printJson, run } from './command.ts';
import { table } from './table.ts';

interface Options {
  readonly target?: string;
  readonly inputs?: string;
  readonly weights?: string;
  readonly units?: string;
  readonly operators?: string;
  readonly define: readonly string[];
  readonly maxsize?: string;
  readonly maxdepth?: string;
  readonly iterations?: string;
  readonly populations?: string;
  readonly loss?: string;
  readonly template?: string;
  readonly parts?: string;
  readonly guess: readonly string[];
  readonly batch?: string;
  readonly timeout?: string;
  readonly stopBelow?: string;
  readonly seed?: string;
  readonly options?: string;
  readonly workers: string;
  readonly out?: string;
  readonly resume?: true;
  readonly json?: true;
}

const several = (text: string, before: readonly string[]): readonly string[] => [...before, text];

export function searchCommand(): Command {
  return newCommand('search', 'Search for expressions that explain a table of numbers.', [
    "pipewright search data.csv --operators '+ - * / cos exp'",
    "pipewright search data.csv --target y --inputs x1,x2 --weights w --define 'inv2(x) = 1 / x^2' --maxsize 40",
    "pipewright search spectrum.csv --template 'p[1] * f(x / 13000) ^ g(log(x / 13000))' --parts f,g,p:1",
    'pipewright search data.csv --options search.json --workers 4 --out run7',
    'pipewright search data.csv --options search.json --out run7 --resume',
  ])
    .argument('<table>', 'CSV, tab-separated or white-space text; names in the first line, or none')
    .option('-t, --target <columns>', 'what to explain, comma separated; the last column if absent')
    .option('-i, --inputs <columns>', 'what to explain it by; all other columns if absent')
    .option('-w, --weights <column>', 'weight of each row')
    .option('-u, --units <list>', "units by column: 'x1=m, t=s, y=m/s'; the others have none")
    .option('--operators <list>', "white-space separated, e.g. '+ - * / ^ sin exp' (default: + - * /)")
    .option('-d, --define <definition>', "an operator of your own: 'name(a, b) = a^2 + b'", several, [])
    .option('--maxsize <n>', 'largest complexity (default: 30)')
    .option('--maxdepth <n>', 'largest depth (default: maxsize)')
    .option('-n, --iterations <n>', 'rounds of evolution (default: 100)')
    .option('--populations <n>', 'populations that evolve side by side (default: 31)')
    .option('--loss <loss>', 'squared, absolute, log-cosh, or an expression over prediction and target')
    .option('--template <form>', 'the outer form, with sub-expressions to be found')
    .option('--parts <list>', "names of the template's sub-expressions and, with length, parameters: f,g,p:3")
    .option('-g, --guess <expression>', 'an expression to start from', several, [])
    .option('--batch <rows>', 'evolve on random batches of so many rows')
    .option('--timeout <seconds>', 'stop after this time')
    .option('--stop-below <loss>', 'stop when an expression has a loss below this')
    .option('--seed <n>', 'same seed, same result, for any number of workers (default: 0)')
    .option('--options <file>', 'all options as JSON; those of the command line come first')
    .option('--workers <n>', 'worker threads', '1')
    .option('-o, --out <folder>', 'hall_of_fame.csv and state.json go here (default: outputs/<table>)')
    .option('--resume', 'go on from the state in the folder')
    .option('--json', 'JSON on stdout')
    .action((path: string, options: Options) => run(options.json ?? false, () => search(path, options)));
}

async function search(path: string, options: Options): Promise<number> {
  const { readBytes, readJson } = await import('../sim/import/read-json.ts');
  const { inFile } = await import('../sim/model/index.ts');
  const { readTable, search, SearchFolder } = await import('../symbolic/search/index.ts');
  const { parseSearchOptions } = await import('./search-options.ts');
  const { frontProgress } = await import('./search-progress.ts');

  const columns = inFile(path, () => readTable(readBytes(path).toString('utf8')));
  const data = chooseColumns(columns, options);
  const fromFile =
    options.options === undefined ? {} : parseSearchOptions(readJson(options.options), options.options);
  const searchOptions = { ...fromFile, ...fromFlags(options) };
  const names = data.outputNames ?? [];
  const folder = new SearchFolder(
    options.out ?? join('outputs', basename(path, extname(path))),
    names.length,
  );
  const resume = options.resume ? folder.readState() : undefined;

  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const progress = frontProgress(names);
  const started = performance.now();
  const clock = (): number => (performance.now() - started) / 1000;
  let warned: string | undefined;
  const onProgress = (state: SearchProgress): void => {
    for (const output of state.improved) folder.writeFront(output, state.fronts[output]);
    if (folder.problem !== undefined && folder.problem !== warned)
      process.stderr.write(`warning: ${folder.problem}\n`);
    warned = folder.problem;
    progress.show(state);
  };
  const lastState = { saved: 0 };
  const controls = {
    workers: wholeNumber('--workers', options.workers),
    signal: stop.signal,
    clock,
    onProgress,
    onState: (state: () => Parameters<typeof folder.writeState>[0]) => {
      if (clock() - lastState.saved < stateInterval) return;
      folder.writeState(state());
      lastState.saved = clock();
    },
    ...(resume && { resume }),
  };
  const result = await search(data, searchOptions, controls);
  progress.stop();
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  const isSaved =
    result.fronts.every((front, output) => folder.writeFront(output, front)) &&
    folder.writeState(result.state);
  const files = result.fronts.map((_, output) => folder.hallOfFameFile(output));
  const { fronts, evaluations, seconds, iteration, stopped } = result;
  if (options.json) {
    const outputs = fronts.map((front, i) => ({
      name: names[i],
      file: files[i],
      front: front.map(withoutTree),
    }));
    printJson({ outputs, evaluations, seconds, iteration, stopped, state: folder.stateFile });
  } else await printFronts(fronts, names, { evaluations, seconds, stopped, files });
  if (isSaved) return EXIT.ok;
  const mend = 'free space there and run again with --resume, or copy the front from above';
  throw new InputError({ code: 'CLI001', what: folder.problem ?? 'the results cannot be written', mend });
}

/** Seconds between states saved on the way. */
const stateInterval = 5;

/** JSON leaves the undefined tree out. */
function withoutTree(entry: FrontEntry): Omit<FrontEntry, 'expression'> {
  return { ...entry, expression: undefined } as Omit<FrontEntry, 'expression'>;
}

async function printFronts(
  fronts: readonly (readonly FrontEntry[])[],
  names: readonly string[],
  report: { evaluations: number; seconds: number; stopped: string; files: readonly string[] },
): Promise<void> {
  const { bestEntry } = await import('../symbolic/search/index.ts');
  fronts.forEach((front, i) => {
    const best = bestEntry(front);
    const rows = front.map((entry) => [
      entry === best ? '>' : '',
      String(entry.complexity),
      entry.loss.toExponential(3),
      entry.score.toFixed(3),
      entry.parts ?? entry.equation,
    ]);
    print(
      `${fronts.length > 1 ? `${names[i]}:\n` : ''}${table(['', 'complexity', 'loss', 'score', 'equation'], rows)}\n`,
    );
  });
  const { evaluations, seconds, stopped, files } = report;
  print(
    `${Math.round(evaluations)} evaluations in ${seconds.toFixed(1)} s (${stopped}); ${files.join(', ')}`,
  );
}

/** The columns named by the flags, as data. */
function chooseColumns({ names, columns }: Table, options: Options): SearchData {
  const split = (text: string): string[] => text.split(',').map((name) => name.trim());
  const indexOf = (name: string, field: string): number => {
    const index = names.indexOf(name);
    if (index >= 0) return index;
    const mend = `name one of ${names.join(', ')}`;
    throw new InputError({ code: 'SEA003', field, what: `there is no column '${name}'`, mend });
  };
  const outputs = options.target === undefined ? [names[names.length - 1]] : split(options.target);
  const taken = [...outputs, ...(options.weights === undefined ? [] : [options.weights])];
  const inputs =
    options.inputs === undefined ? names.filter((name) => !taken.includes(name)) : split(options.inputs);
  const units = options.units === undefined ? undefined : parseUnitList(options.units, names);
  return {
    inputs: inputs.map((name) => columns[indexOf(name, '--inputs')]),
    inputNames: inputs,
    outputs: outputs.map((name) => columns[indexOf(name, '--target')]),
    outputNames: outputs,
    ...(options.weights !== undefined && { weights: columns[indexOf(options.weights, '--weights')] }),
    ...(units && {
      inputUnits: inputs.map((name) => units.get(name) ?? ''),
      outputUnits: outputs.map((name) => units.get(name)),
    }),
  };
}

function parseUnitList(text: string, names: readonly string[]): Map<string, string> {
  const pairs = text.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  for (const [name] of pairs) {
    if (names.includes(name)) continue;
    throw new InputError({
      code: 'SEA005',
      field: '--units',
      what: `there is no column '${name}'`,
      mend: `write name=unit for any of ${names.join(', ')}`,
    });
  }
  return new Map(pairs.map(([name, unit = '']) => [name, unit]));
}

function wholeNumber(field: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InputError({ code: 'CLI002', field, what: `'${text}' is no whole number of at least 1` });
}

function fromFlags(options: Options): SearchOptions {
  const number = (field: string, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value)) return value;
    throw new InputError({ code: 'CLI002', field, what: `'${text}' is no number` });
  };
  const operators = [...(options.operators?.trim().split(/\s+/) ?? []), ...options.define];
  const isDefault = options.operators === undefined && options.define.length > 0;
  const given = {
    operators:
      operators.length === 0 ? undefined : isDefault ? ['+', '-', '*', '/', ...operators] : operators,
    maxsize: number('--maxsize', options.maxsize),
    maxdepth: number('--maxdepth', options.maxdepth),
    iterations: number('--iterations', options.iterations),
    populations: number('--populations', options.populations),
    loss: options.loss === undefined ? undefined : parseLoss(options.loss),
    template: options.template === undefined ? undefined : parseTemplate(options.template, options.parts),
    guesses: options.guess.length === 0 ? undefined : options.guess,
    batchSize: number('--batch', options.batch),
    timeoutSeconds: number('--timeout', options.timeout),
    earlyStop:
      options.stopBelow === undefined ? undefined : { lossBelow: number('--stop-below', options.stopBelow) },
    seed: number('--seed', options.seed),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function parseLoss(text: string): SearchOptions['loss'] {
  if (text === 'squared' || text === 'absolute' || text === 'log-cosh') return { kind: text };
  return { kind: 'expression', expression: text };
}

function parseTemplate(combine: string, parts: string | undefined): NonNullable<SearchOptions['template']> {
  const entries = (parts ?? '')
    .split(',')
    .flatMap((part) => (part.trim() === '' ? [] : [part.trim().split(':')]));
  if (entries.length === 0) {
    const mend = 'name the sub-expressions and parameters, e.g. --parts f,g,p:3';
    throw new InputError({ code: 'SEA004', field: '--parts', what: 'the template has no parts', mend });
  }
  return {
    combine,
    expressions: entries.flatMap(([name, length]) => (length === undefined ? [name] : [])),
    parameters: Object.fromEntries(
      entries.flatMap(([name, length]) => (length === undefined ? [] : [[name, Number(length)]])),
    ),
  };
}
