/**
 * What a candidate may look like: complexity, depth, sizes of arguments, operators inside operators.
 */
import type { Language } from './language.ts';
import { SearchError } from './search-error.ts';
import { firstVariable, treeDepth, type Tree } from './tree.ts';
import type { ComplexityMap, SearchOptions } from './types.ts';

export interface Rules {
  readonly language: Language;
  /** Complexity by code. */
  readonly price: Float64Array;
  /** True if every node costs 1. */
  readonly isPlain: boolean;
  readonly maxdepth: number;
  /** Largest complexity of argument j of code c at 3 c + j, Infinity if free; absent if none is limited. */
  readonly argumentLimits?: Float64Array;
  readonly nested: readonly NestedLimit[];
}

interface NestedLimit {
  readonly outer: number;
  readonly inner: number;
  readonly most: number;
}

/** @param names variables, for complexities by name */
export function buildRules(
  language: Language,
  names: readonly string[],
  options: Pick<SearchOptions, 'complexity' | 'constraints' | 'nestedConstraints'> & {
    readonly maxdepth: number;
  },
): Rules {
  const price = prices(language, names, options.complexity ?? {});
  const argumentLimits = limits(language, options.constraints ?? {});
  return {
    language,
    price,
    isPlain: price.every((value) => value === 1),
    maxdepth: options.maxdepth,
    nested: nestedLimits(language, options.nestedConstraints ?? {}),
    ...(argumentLimits && { argumentLimits }),
  };
}

function codeOf(language: Language, name: string, where: string): number {
  const index = language.operators.findIndex((operator) => operator.name === name);
  if (index >= 0) return index + 1;
  const known = language.operators.map((operator) => operator.name).join(' ');
  throw new SearchError(
    'SEA001',
    `operator '${name}' is not among those searched`,
    where,
    `name one of ${known}`,
  );
}

function prices(language: Language, names: readonly string[], map: ComplexityMap): Float64Array {
  const price = new Float64Array(language.arity.length).fill(1);
  const where = 'options.complexity';
  const checked = (value: number, what: string): number => {
    if (value >= 0 && Number.isFinite(value)) return value;
    throw new SearchError(
      'SEA001',
      `the complexity of ${what} is ${value}`,
      where,
      'give a number that is not negative',
    );
  };
  price[0] = checked(map.constants ?? 1, 'constants');
  for (const [name, value] of Object.entries(map.operators ?? {})) {
    price[codeOf(language, name, where)] = checked(value, `operator '${name}'`);
  }
  if (typeof map.variables === 'number') price.fill(checked(map.variables, 'variables'), firstVariable);
  else {
    for (const [name, value] of Object.entries(map.variables ?? {})) {
      const index = names.indexOf(name);
      if (index < 0)
        throw new SearchError(
          'SEA001',
          `unknown variable '${name}'`,
          where,
          `name one of ${names.join(' ')}`,
        );
      price[firstVariable + index] = checked(value, `variable '${name}'`);
    }
  }
  return price;
}

function limits(
  language: Language,
  constraints: Readonly<Record<string, number | readonly number[]>>,
): Float64Array | undefined {
  const entries = Object.entries(constraints);
  if (entries.length === 0) return undefined;
  const table = new Float64Array(3 * firstVariable).fill(Infinity);
  for (const [name, given] of entries) {
    const code = codeOf(language, name, 'options.constraints');
    const arity = language.arity[code];
    const list = typeof given === 'number' ? new Array<number>(arity).fill(given) : given;
    if (list.length !== arity) {
      throw new SearchError(
        'SEA001',
        `operator '${name}' takes ${arity} arguments, its constraint has ${list.length}`,
        'options.constraints',
        'give one limit an argument, -1 for none',
      );
    }
    list.forEach((most, j) => (table[3 * code + j] = most < 0 ? Infinity : most));
  }
  return table;
}

function nestedLimits(
  language: Language,
  nested: Readonly<Record<string, Readonly<Record<string, number>>>>,
): NestedLimit[] {
  const where = 'options.nestedConstraints';
  return Object.entries(nested).flatMap(([outer, inners]) =>
    Object.entries(inners).map(([inner, most]) => ({
      outer: codeOf(language, outer, where),
      inner: codeOf(language, inner, where),
      most,
    })),
  );
}

/** Complexity of one tree: the sum over its nodes, not rounded. */
export function treeComplexity(tree: Tree, { price, isPlain }: Rules): number {
  if (isPlain) return tree.length;
  let sum = 0;
  for (let i = 0; i < tree.length; i++) sum += price[tree.code[i]];
  return sum;
}

const sizes = new Float64Array(65536);
const counts = new Int32Array(65536);
const depths = new Int32Array(65536);

/** Whether a tree keeps all rules except the limit on total complexity. */
export function isAllowed(tree: Tree, rules: Rules): boolean {
  if (rules.maxdepth < tree.length && treeDepth(tree, rules.language.arity, depths) > rules.maxdepth)
    return false;
  if (rules.argumentLimits !== undefined && !keepsArgumentLimits(tree, rules, rules.argumentLimits))
    return false;
  for (const limit of rules.nested) if (!keepsNestedLimit(tree, rules.language.arity, limit)) return false;
  return true;
}

function keepsArgumentLimits(tree: Tree, { language, price }: Rules, table: Float64Array): boolean {
  let top = 0;
  for (let i = 0; i < tree.length; i++) {
    const code = tree.code[i];
    const count = language.arity[code];
    top -= count;
    let size = price[code];
    for (let j = 0; j < count; j++) {
      // Sums of fractional prices are compared as complexities are: rounded.
      if (Math.round(sizes[top + j]) > table[3 * code + j]) return false;
      size += sizes[top + j];
    }
    sizes[top++] = size;
  }
  return true;
}

/** Counts `inner` along the worst path below each `outer`. */
function keepsNestedLimit(tree: Tree, arity: Uint8Array, { outer, inner, most }: NestedLimit): boolean {
  let top = 0;
  for (let i = 0; i < tree.length; i++) {
    const code = tree.code[i];
    const count = arity[code];
    top -= count;
    let deepest = 0;
    for (let j = 0; j < count; j++) deepest = Math.max(deepest, counts[top + j]);
    if (code === outer && deepest > most) return false;
    counts[top++] = deepest + (code === inner ? 1 : 0);
  }
  return true;
}
