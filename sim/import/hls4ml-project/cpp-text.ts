/** What the C++ that hls4ml writes says, read as text: named types, configuration structs, calls, weights. */
import { FormatError, type FixedFormat, parseFormat } from 'fixed-point-ts';
import { InputError } from '../../model/index.ts';

/** One `nnet::f<types...>(arguments...); // name` of the top function. */
export interface Call {
  readonly name: string;
  readonly function: string;
  readonly types: readonly string[];
  readonly arguments: readonly string[];
}

/** A configuration struct: its constants and typedefs as text. */
export interface Config {
  readonly name: string;
  readonly constants: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, string>>;
}

/** Names of types with what stands behind them; of packed stream types the element's. */
export function readTypes(file: string, text: string): Map<string, FixedFormat> {
  const types = new Map<string, FixedFormat>();
  for (const [, spelled, name] of text.matchAll(/^\s*typedef\s+(.+?)\s+(\w+)\s*;/gm)) {
    const element = /^nnet::array\s*<\s*(.+)\s*,\s*[\d*\s]+>$/.exec(spelled)?.[1] ?? spelled;
    try {
      types.set(name, parseFormat(element));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new InputError({
        code: 'PRJ001',
        file,
        field: name,
        what: `is ${spelled}, which is no fixed-point type`,
      });
    }
  }
  return types;
}

export function readConfigs(text: string): Map<string, Config> {
  const configs = new Map<string, Config>();
  for (const [, name, body] of text.matchAll(/struct\s+(\w+)\s*(?::\s*[\w:]+\s*)?\{(.*?)\n\};/gs)) {
    const constants: Record<string, string> = {};
    for (const [, field, value] of body.matchAll(/static const(?:expr)?\s+[\w:]+\s+(\w+)\s*=\s*([^;]+);/g))
      constants[field] = value.replaceAll(/\s+/g, ' ').replace(/^nnet::/, '');
    const types: Record<string, string> = {};
    for (const [, type, field] of body.matchAll(/typedef\s+(.+?)\s+(\w+)\s*;/g)) types[field] = type;
    configs.set(name, { name, constants, types });
  }
  // values given outside the struct: `const slope8_t hard_sigmoid_config8::slope = 0.2;`, `unsigned config2_perm[3] = {...}`
  for (const [, type, owner, field, value] of text.matchAll(
    /^const\s+(\w+)\s+(\w+)::(\w+)\s*=\s*([-\d.e]+);/gm,
  ))
    extend(configs, owner, { [field]: value }, { [`${field}_t`]: type });
  for (const [, owner, value] of text.matchAll(/^unsigned\s+(\w+)_perm\s*\[\d+\]\s*=\s*\{([\d,\s]+)\};/gm))
    extend(configs, owner, { perm: value }, {});
  for (const [, owner, value] of text.matchAll(
    /^unsigned\s+(\w+)_from_shape\s*\[\d+\]\s*=\s*\{([\d,\s]+)\};/gm,
  ))
    extend(configs, owner, { from_shape: value }, {});
  return configs;
}

function extend(
  configs: Map<string, Config>,
  name: string,
  constants: Readonly<Record<string, string>>,
  types: Readonly<Record<string, string>>,
): void {
  const config = configs.get(name);
  if (!config) return;
  configs.set(name, {
    name,
    constants: { ...config.constants, ...constants },
    types: { ...config.types, ...types },
  });
}

export interface Top {
  readonly name: string;
  /** Parameters of the top function with their sizes, where these are given. */
  readonly parameters: readonly { readonly name: string; readonly type: string; readonly size?: number }[];
  readonly calls: readonly Call[];
  /** Arrays that are another by reference. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Weight arrays with their types, counts and files. */
  readonly weights: ReadonlyMap<
    string,
    { readonly type: string; readonly count: number; readonly file: string }
  >;
}

/** @throws InputError `PRJ002` if there is no top function with calls */
export function readTop(file: string, text: string): Top {
  const head = /\bvoid\s+(\w+)\s*\(([^)]*)\)\s*\{/.exec(text);
  if (!head) throw new InputError({ code: 'PRJ002', file, what: 'holds no top function' });
  const parameters = head[2]
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const array = /^(\w+)\s+(\w+)\s*\[([\d*\s]+)\]$/.exec(part);
      if (array) return { name: array[2], type: array[1], size: product(array[3]) };
      const stream = /^hls::stream<\s*(\w+)\s*>\s*&\s*(\w+)$/.exec(part);
      if (stream) return { name: stream[2], type: stream[1] };
      throw new InputError({
        code: 'PRJ002',
        file,
        field: head[1],
        what: `the parameter '${part}' is not understood`,
      });
    });
  const calls = [
    ...text.matchAll(
      /\b(?:nnet::(?=\w)|(?=sparse_))(\w+)\s*<([^;]*?)>\s*\(([^;]*)\)\s*;(?:\s*\/\/\s*(\S+))?/g,
    ),
  ]
    .filter(([, name]) => name !== 'load_weights_from_txt' && !name.startsWith('save_'))
    .map(([, name, types, args, comment], index): Call => ({
      name: comment ?? `${name}_${index}`,
      function: name,
      types: templateArguments(types),
      arguments: args.split(',').map((argument) => argument.trim()),
    }));
  if (calls.length === 0)
    throw new InputError({ code: 'PRJ002', file, field: head[1], what: 'calls no layer' });
  const loads = text.matchAll(
    /load_weights_from_txt<\s*(\w+)\s*,\s*(\d+)\s*>\(\s*(\w+)\s*,\s*"([^"]+)"\s*\)/g,
  );
  return {
    name: head[1],
    parameters,
    calls,
    aliases: new Map(
      [...text.matchAll(/auto\s*&\s*(\w+)\s*=\s*(\w+)\s*;/g)].map(([, name, of]) => [name, of]),
    ),
    weights: new Map(
      [...loads].map(([, type, count, name, path]) => [name, { type, count: Number(count), file: path }]),
    ),
  };
}

/** Template arguments, types of which may have arguments of their own. */
function templateArguments(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '<') depth++;
    if (letter === '>') depth--;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}

/** Numbers with names: `#define N 12`, `static const unsigned N = 12;`. */
export function readConstants(text: string): Map<string, number> {
  const found = [
    ...text.matchAll(/^\s*#define\s+(\w+)\s+(-?[\d.]+)\s*$/gm),
    ...text.matchAll(/^\s*(?:static\s+)?const(?:expr)?\s+\w+\s+(\w+)\s*=\s*(-?[\d.]+)f?\s*;/gm),
  ];
  return new Map(found.map(([, name, value]) => [name, Number(value)]));
}

function product(text: string): number {
  return text.split('*').reduce((size, factor) => size * Number(factor.trim()), 1);
}
