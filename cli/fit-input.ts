/** Reads what `pipewright fit` is given: data, forms, options of the search, checkpoints. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../sim/model/index.ts';
import type { BinnedData } from '../symbolic/fit/binned-data.ts';
import type { GivenFunction } from '../symbolic/fit/fit-run.ts';
import type { SearchOptions, SearchState } from '../symbolic/search/types.ts';
import { positiveNumber } from './command.ts';
import type { FitCommandOptions } from './fit-options.ts';
import type { OutputFolder } from './output-folder.ts';

/** @throws InputError if the file cannot be read or holds no binned data */
export async function readData(path: string): Promise<BinnedData> {
  const { readBinnedData } = await import('../symbolic/fit/read-data.ts');
  return readBinnedData(readText(path, 'the data'), path);
}

/** The forms of --function with the values of --start. */
export async function readFunctions(options: FitCommandOptions, data: BinnedData): Promise<GivenFunction[]> {
  if (options.function === undefined) return [];
  const { ExpressionError, parameterNames, parseInfix, variableCount } =
    await import('../symbolic/expression/index.ts');
  const start = Object.fromEntries(
    (options.start ?? []).map((entry) => {
      const [name, value] = entry.split('=');
      if (value === undefined || !Number.isFinite(Number(value)))
        throw wrong('--start', `'${entry}' is not name=value`);
      return [name, Number(value)];
    }),
  );
  return options.function.map((text) => {
    try {
      const form = parseInfix(text);
      if (variableCount(form) > data.x.length) {
        throw wrong(
          '--function',
          `'${text}' reads x${variableCount(form) - 1}, the data have ${data.x.length} columns`,
        );
      }
      const unknown = Object.keys(start).find((name) => !parameterNames(form).includes(name));
      if (unknown !== undefined) throw wrong('--start', `'${unknown}' is no parameter of '${text}'`);
      return { form, start };
    } catch (error) {
      if (error instanceof ExpressionError) throw wrong('--function', error.message);
      throw error;
    }
  });
}

/** What the options say of the search; the file of --search has the last word. */
export async function readSearchOptions(
  options: FitCommandOptions,
  dimensions: number,
): Promise<SearchOptions> {
  const { largestComplexity, searchWith } = await import('../symbolic/fit/default-search.ts');
  const { parseSearchOptions } = await import('./search-options.ts');
  const { search: path, maxComplexity } = options;
  const file = path === undefined ? {} : parseSearchOptions(parseJson(path, 'search options'), path);
  return {
    ...searchWith(splitOperators(options.operators)),
    maxsize:
      maxComplexity === undefined ? largestComplexity(dimensions) : count('--max-complexity', maxComplexity),
    iterations: count('--iterations', options.iterations),
    seed: count('--seed', options.seed, 0),
    ...(options.time !== undefined && { timeoutSeconds: positiveNumber('--time')(options.time) }),
    ...file,
  };
}

/** Splits at commas outside parentheses: definitions may hold commas. */
function splitOperators(list: string): string[] {
  return list.split(/,(?![^(]*\))/).map((text) => text.trim()).filter((text) => text !== ''); // prettier-ignore
}

/** @throws InputError `FIT041` if there is none */
export function readCheckpoint(folder: OutputFolder): SearchState {
  const file = join(folder.path, 'checkpoint.json');
  if (!existsSync(file)) {
    throw new InputError({
      code: 'FIT041',
      what: 'there is no checkpoint to go on from',
      file,
      mend: 'leave out --resume',
    });
  }
  return parseJson<SearchState>(file, 'the checkpoint');
}

function parseJson<T>(file: string, what: string): T {
  try {
    return JSON.parse(readText(file, what)) as T;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({ code: 'FIT042', what: `${what} is no JSON (${(error as Error).message})`, file });
  }
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new InputError({
      code: 'FIT043',
      what: `${what} cannot be read (${reason})`,
      file,
      mend: 'check the path',
    });
  }
}

function wrong(field: string, what: string): InputError {
  return new InputError({ code: 'FIT044', what, field, mend: 'see pipewright fit --help' });
}

/** @throws InputError `FIT044` if the value is none of those allowed */
export function choice<T extends string>(field: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((entry) => entry === value);
  if (found === undefined) throw wrong(field, `'${value}' is none of ${allowed.join(', ')}`);
  return found;
}

/** A whole number. @throws InputError `FIT044` */
export function count(field: string, text: string, least = 1): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw wrong(field, `'${text}' is no whole number from ${least}`);
  return value;
}
