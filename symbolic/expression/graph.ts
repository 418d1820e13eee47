/**
 * Expressions as a graph in which equal subexpressions are one node: the form from which tapes are made.
 *
 * Nodes are numbered so that arguments come before the calls that use them. `call` adds a call as it is written, so
 * a graph computes bit for bit what the trees compute (a^2 becomes a × a, which is what ^ gives); `fold` also removes neutral elements and folds constants,
 * and is used for derivatives alone.
 */
import type { Expression } from './expression.ts';
import { builtInOperators, operatorNamed, type Operator, type OperatorTable } from './operators.ts';

export type GraphNode =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'variable'; readonly index: number }
  | { readonly kind: 'call'; readonly operator: Operator; readonly args: readonly number[] };

const commutative = new Set(['+', '*']);
/** Powers that have an operator with the same value, bit for bit. */
const shortPowers: ReadonlyMap<number, string> = new Map([[2, 'square'], [-1, 'inv']]); // prettier-ignore

export class ExpressionGraph {
  readonly nodes: GraphNode[] = [];
  readonly operators: OperatorTable;
  private readonly numbers = new Map<string, number>();

  constructor(operators: OperatorTable = builtInOperators) {
    this.operators = operators;
  }

  /** Adds a tree and returns the number of its root. Replacements stand in for variables, by index. */
  add(expression: Expression, replacements?: readonly number[]): number {
    switch (expression.kind) {
      case 'constant':
        return this.constant(expression.value);
      case 'parameter':
        return this.number(`p${expression.name}`, expression);
      case 'variable':
        return replacements?.[expression.index] ?? this.number(`v${expression.index}`, expression);
      case 'call': {
        const args = expression.args.map((arg) => this.add(arg, replacements));
        return this.call(expression.operator, args);
      }
    }
  }

  /** As `add`, folding every call. */
  addFolded(expression: Expression, replacements: readonly number[]): number {
    if (expression.kind !== 'call') return this.add(expression, replacements);
    const args = expression.args.map((arg) => this.addFolded(arg, replacements));
    return this.fold(expression.operator, args);
  }

  constant(value: number): number {
    return this.number(Object.is(value, -0) ? 'c-0' : `c${value}`, { kind: 'constant', value });
  }

  call(name: string, args: readonly number[]): number {
    const short = name === '^' ? shortPowers.get(this.value(args[1]) ?? NaN) : undefined;
    if (short !== undefined && this.operators.has(short)) return this.call(short, [args[0]]);
    const operator = operatorNamed(name, this.operators);
    const ordered = commutative.has(name) && args[0] > args[1] ? [args[1], args[0]] : args;
    return this.number(`${name}(${ordered.join()})`, { kind: 'call', operator, args: ordered });
  }

  fold(name: string, args: readonly number[]): number {
    const [a, b] = args;
    const first = this.value(a);
    const second = this.value(b);
    switch (name) {
      case '+':
        if (first === 0) return b;
        if (second === 0) return a;
        break;
      case '-':
        if (second === 0) return a;
        if (first === 0) return this.fold('neg', [b]);
        break;
      case '*':
        if (first === 0 || second === 0) return this.constant(0);
        if (first === 1) return b;
        if (second === 1) return a;
        if (first === -1) return this.fold('neg', [b]);
        if (second === -1) return this.fold('neg', [a]);
        break;
      case '/':
        if (first === 0) return a;
        if (second === 1) return a;
        break;
      case '^':
        if (second === 1) return a;
        if (second === 0) return this.constant(1);
        break;
      case 'ifelse':
        if (first !== undefined) return first > 0 ? b : args[2];
        break;
      case 'neg': {
        const inner = this.nodes[a];
        if (inner.kind === 'call' && inner.operator.name === 'neg') return inner.args[0];
        break;
      }
    }
    const operator = operatorNamed(name, this.operators);
    if (operator.arity > 0 && this.areConstant(args)) {
      return this.constant(operator.evaluate(...args.map((arg) => this.value(arg)!)));
    }
    return this.call(name, args);
  }

  private areConstant(args: readonly number[]): boolean {
    for (const arg of args) if (this.nodes[arg].kind !== 'constant') return false;
    return true;
  }

  private value(id: number | undefined): number | undefined {
    const node = id === undefined ? undefined : this.nodes[id];
    return node?.kind === 'constant' ? node.value : undefined;
  }

  private number(key: string, node: GraphNode): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.nodes.length);
    return this.nodes.push(node) - 1;
  }
}
