/** Reads what `pipewright search` is given: columns, options, the state to go on from. */
import { InputError } from '../sim/model/index.ts';
import type { SearchData, SearchOptions, SearchState, Table } from '../symbolic/search/index.ts';

export interface SearchFlags {
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

/** The columns named by the flags, as data. @throws InputError `SEA003`, `SEA005` for unknown columns */
export function chooseColumns({ names, columns }: Table, flags: SearchFlags): SearchData {
  const column = (name: string, field: string): Float64Array => {
    const index = names.indexOf(name);
    if (index >= 0) return columns[index];
    throw unknownColumn('SEA003', name, field, `name one of ${names.join(', ')}`);
  };
  const outputs = flags.target === undefined ? [names[names.length - 1]] : split(flags.target);
  const taken = [...outputs, ...(flags.weights === undefined ? [] : [flags.weights])];
  const inputs =
    flags.inputs === undefined ? names.filter((name) => !taken.includes(name)) : split(flags.inputs);
  const units = flags.units === undefined ? undefined : unitsByName(flags.units, names);
  return {
    inputs: inputs.map((name) => column(name, '--inputs')),
    inputNames: inputs,
    outputs: outputs.map((name) => column(name, '--target')),
    outputNames: outputs,
    ...(flags.weights !== undefined && { weights: column(flags.weights, '--weights') }),
    ...(units && {
      inputUnits: inputs.map((name) => units.get(name) ?? ''),
      outputUnits: outputs.map((name) => units.get(name)),
    }),
  };
}

const split = (text: string): string[] => text.split(',').map((part) => part.trim());

function unknownColumn(code: string, name: string, field: string, mend: string): InputError {
  return new InputError({ code, field, what: `there is no column '${name}'`, mend });
}

function unitsByName(text: string, names: readonly string[]): Map<string, string> {
  const pairs = split(text).map((pair) => pair.split('=').map((part) => part.trim()));
  const unknown = pairs.find(([name]) => !names.includes(name));
  if (unknown !== undefined) {
    throw unknownColumn('SEA005', unknown[0], '--units', `write name=unit for any of ${names.join(', ')}`);
  }
  return new Map(pairs.map(([name, unit = '']) => [name, unit]));
}

/** @throws InputError `CLI002` */
export function wholeNumber(field: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InputError({ code: 'CLI002', field, what: `'${text}' is no whole number of at least 1` });
}

/** The options file, overruled by the flags. @throws InputError for what is not understood */
export async function searchOptionsOf(flags: SearchFlags): Promise<SearchOptions> {
  const { readJson } = await import('../sim/import/read-json.ts');
  const { parseSearchOptions } = await import('./search-options.ts');
  const file = flags.options === undefined ? {} : parseSearchOptions(readJson(flags.options), flags.options);
  const given = {
    operators: operatorsOf(flags, file.operators),
    maxsize: numberOf('--maxsize', flags.maxsize),
    maxdepth: numberOf('--maxdepth', flags.maxdepth),
    iterations: numberOf('--iterations', flags.iterations),
    populations: numberOf('--populations', flags.populations),
    loss: flags.loss === undefined ? undefined : lossOf(flags.loss),
    template: flags.template === undefined ? undefined : templateOf(flags.template, flags.parts),
    guesses: flags.guess.length === 0 ? undefined : flags.guess,
    batchSize: numberOf('--batch', flags.batch),
    timeoutSeconds: numberOf('--timeout', flags.timeout),
    earlyStop:
      flags.stopBelow === undefined ? undefined : { lossBelow: numberOf('--stop-below', flags.stopBelow) },
    seed: numberOf('--seed', flags.seed),
  };
  return { ...file, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** Definitions join the operators named, those of the file, or the usual four. */
function operatorsOf({ operators, define }: SearchFlags, fromFile: readonly string[] = ['+', '-', '*', '/']) {
  const named = operators?.split(/[\s,]+/).filter((name) => name !== '') ?? fromFile;
  return operators === undefined && define.length === 0 ? undefined : [...named, ...define];
}

function numberOf(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InputError({ code: 'CLI002', field, what: `'${text}' is no number` });
}

function lossOf(text: string): SearchOptions['loss'] {
  if (text === 'squared' || text === 'absolute' || text === 'log-cosh') return { kind: text };
  return { kind: 'expression', expression: text };
}

function templateOf(combine: string, list = ''): NonNullable<SearchOptions['template']> {
  const parts = split(list).flatMap((part) => (part === '' ? [] : [part.split(':')]));
  if (parts.length === 0) {
    const mend = 'name the sub-expressions and parameters, e.g. --parts f,g,p:3';
    throw new InputError({ code: 'SEA004', field: '--parts', what: 'the template has no parts', mend });
  }
  return {
    combine,
    expressions: parts.filter(([, length]) => length === undefined).map(([name]) => name),
    parameters: Object.fromEntries(
      parts.filter(([, length]) => length !== undefined).map(([name, length]) => [name, Number(length)]),
    ),
  };
}

/** @throws InputError `SEA006` if there is no state, or it is damaged */
export async function readState(file: string): Promise<SearchState> {
  const { readJson } = await import('../sim/import/read-json.ts');
  try {
    return readJson(file) as SearchState;
  } catch (error) {
    const what = error instanceof InputError ? error.problem.what : String(error);
    throw new InputError({
      code: 'SEA006',
      file,
      what: `no state to go on from: ${what}`,
      mend: 'leave --resume out',
    });
  }
}
