/** What a fit searches with unless told otherwise. */
import type { SearchOptions } from '../search/types.ts';

/** The operators of the published SymbolFit runs. */
export const defaultOperators = ['+', '*', '/', '^', 'exp', 'tanh', 'gauss'] as const;

/**
 * Options for operators by name or definition, none of whose functions may stand inside another: towers such as
 * exp(tanh(exp(x))) fit anything and mean nothing.
 */
export function searchWith(operators: readonly string[]): SearchOptions {
  const names = operators.map((text) => /^\s*(\w+)\s*\(/.exec(text)?.[1] ?? text.trim());
  const functions = names.filter((name) => /^\w/.test(name));
  const none = Object.fromEntries(functions.map((name) => [name, 0]));
  return { operators, nestedConstraints: Object.fromEntries(functions.map((name) => [name, none])) };
}

/** SymbolFit's 40 for curves; surfaces need more terms. */
export function largestComplexity(dimensions: number): number {
  return dimensions > 1 ? 60 : 40;
}

/** @param dimensions columns of x */
export function defaultSearch(dimensions: number): SearchOptions {
  return {
    ...searchWith(defaultOperators),
    maxsize: largestComplexity(dimensions),
    iterations: defaultIterations,
    seed: 0,
  };
}

export const defaultIterations = 300;
