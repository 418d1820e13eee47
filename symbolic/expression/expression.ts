/**
 * Symbolic expressions: trees of constants, named parameters, variables and operator calls.
 *
 * Immutable and plain data, so they can be compared, stored as JSON-like values and sent to workers. What an
 * operator means (value, derivative, spelling) stands in operators.ts, never in the tree.
 */
import type { Rational } from './rational.ts';

/** A number. `exact` is present where the text or the arithmetic behind it says more than the double. */
export interface Constant {
  readonly kind: 'constant';
  /** The double used in evaluation; nearest to `exact`. */
  readonly value: number;
  /** The exact value, if it is not that of the double itself: 0.1 as written is 1/10. */
  readonly exact?: Rational;
}

/** A named constant that a fit may adjust. */
export interface Parameter {
  readonly kind: 'parameter';
  readonly name: string;
}

/** The input column of that index, from 0. */
export interface Variable {
  readonly kind: 'variable';
  readonly index: number;
}

/** An operator of operators.ts, or a custom one, by name. Operators of no arguments are symbols such as pi. */
export interface Call {
  readonly kind: 'call';
  readonly operator: string;
  readonly args: readonly Expression[];
}

export type Expression = Constant | Parameter | Variable | Call;

export function constant(value: number, exact?: Rational): Constant {
  return exact === undefined ? { kind: 'constant', value } : { kind: 'constant', value, exact };
}

export function parameter(name: string): Parameter {
  return { kind: 'parameter', name };
}

/** @param index input column, from 0 */
export function variable(index: number): Variable {
  return { kind: 'variable', index };
}

export function call(operator: string, ...args: readonly Expression[]): Call {
  return { kind: 'call', operator, args };
}

/** All nodes, each before its arguments. */
export function* nodes(expression: Expression): Generator<Expression> {
  yield expression;
  if (expression.kind === 'call') for (const arg of expression.args) yield* nodes(arg);
}

/** Number of nodes: the default complexity of PySR. */
export function countNodes(expression: Expression): number {
  if (expression.kind !== 'call') return 1;
  return expression.args.reduce((sum, arg) => sum + countNodes(arg), 1);
}

/** Nodes on the longest path from the root; 1 for a leaf. */
export function depth(expression: Expression): number {
  if (expression.kind !== 'call') return 1;
  return 1 + Math.max(0, ...expression.args.map(depth));
}

/** Rebuilds the tree from the leaves up, giving every node (its arguments already mapped) to `replace`. */
export function mapNodes(expression: Expression, replace: (node: Expression) => Expression): Expression {
  if (expression.kind !== 'call') return replace(expression);
  const args = expression.args.map((arg) => mapNodes(arg, replace));
  const same = args.every((arg, i) => arg === expression.args[i]);
  return replace(same ? expression : { ...expression, args });
}

/** Names of the parameters in order of first appearance. */
export function parameterNames(expression: Expression): string[] {
  const names = new Set<string>();
  for (const node of nodes(expression)) if (node.kind === 'parameter') names.add(node.name);
  return [...names];
}

/** 1 + the highest variable index, 0 without variables. */
export function variableCount(expression: Expression): number {
  if (expression.kind === 'variable') return expression.index + 1;
  if (expression.kind !== 'call') return 0;
  let count = 0;
  for (const arg of expression.args) count = Math.max(count, variableCount(arg));
  return count;
}

/** Puts expressions in the place of variables (by index) and parameters (by name); others stay. */
export function substitute(
  expression: Expression,
  replacements: {
    readonly variables?: readonly (Expression | undefined)[];
    readonly parameters?: ReadonlyMap<string, Expression>;
  },
): Expression {
  return mapNodes(expression, (node) => {
    if (node.kind === 'variable') return replacements.variables?.[node.index] ?? node;
    if (node.kind === 'parameter') return replacements.parameters?.get(node.name) ?? node;
    return node;
  });
}

/** Same tree, same exact constants; NaN equals NaN, 0 differs from -0. */
export function sameExpression(a: Expression, b: Expression): boolean {
  switch (a.kind) {
    case 'constant':
      return (
        b.kind === 'constant' &&
        Object.is(a.value, b.value) &&
        a.exact?.numerator === b.exact?.numerator &&
        a.exact?.denominator === b.exact?.denominator
      );
    case 'parameter':
      return b.kind === 'parameter' && a.name === b.name;
    case 'variable':
      return b.kind === 'variable' && a.index === b.index;
    case 'call':
      return (
        b.kind === 'call' &&
        a.operator === b.operator &&
        a.args.length === b.args.length &&
        a.args.every((arg, i) => sameExpression(arg, b.args[i]))
      );
  }
}
