/**
 * The words candidates are written in: operators by code, built in or defined by the user, and how many arguments.
 */
import {
  builtInOperators, call, constant, ExpressionError, parseInfix, variable, type Expression, type Operator,
  type OperatorTable,
} from '../expression/index.ts'; // prettier-ignore
import { evaluateTree } from '../expression/evaluate-tree.ts';
import { SearchError } from './search-error.ts';
import { constantCode, firstVariable, type Tree } from './tree.ts';

export interface SearchOperator {
  readonly name: string;
  readonly arity: number;
  /** What a custom operator stands for, over its arguments as variables; undefined for built-in ones. */
  readonly body?: Expression;
}

export interface Language {
  /** Code i + 1 is `operators[i]`. */
  readonly operators: readonly SearchOperator[];
  /** Arity by code; leaves have 0. */
  readonly arity: Uint8Array;
  /** Codes of the operators of each arity, from 1. */
  readonly byArity: readonly (readonly number[])[];
  /** Built-in and custom operators, for reading and printing. */
  readonly table: OperatorTable;
}

const mostOperators = firstVariable - 1;
const mostArguments = 3;

/**
 * Reads the operator list of the options.
 *
 * @param entries names of built-in operators or definitions `name(a, b) = expression`
 * @param variables largest number of variables a tree may use
 * @throws SearchError for unknown names, doubles, definitions that do not parse, or more than 255 operators
 */
export function buildLanguage(entries: readonly string[], variables: number): Language {
  const table = new Map<string, Operator>(builtInOperators);
  const operators: SearchOperator[] = [];
  for (const entry of entries) {
    const operator = entry.includes('=') ? define(entry, table) : builtIn(entry.trim(), table);
    if (operators.some(({ name }) => name === operator.name)) {
      throw new SearchError(
        'SEA002',
        `operator '${operator.name}' is given twice`,
        'options.operators',
        'name it once',
      );
    }
    operators.push(operator);
  }
  if (operators.length > mostOperators) {
    throw new SearchError(
      'SEA002',
      `${operators.length} operators`,
      'options.operators',
      `give at most ${mostOperators}`,
    );
  }
  const arity = new Uint8Array(firstVariable + variables);
  const byArity: number[][] = [[], [], [], []];
  operators.forEach((operator, i) => {
    arity[i + 1] = operator.arity;
    byArity[operator.arity].push(i + 1);
  });
  return { operators, arity, byArity, table };
}

function builtIn(name: string, table: OperatorTable): SearchOperator {
  const operator = table.get(name);
  if (operator === undefined || operator.arity === 0) {
    const known = [...table.values()].filter(({ arity }) => arity > 0).map((o) => o.name);
    throw new SearchError(
      'SEA002',
      `unknown operator '${name}'`,
      'options.operators',
      `use one of ${known.join(' ')}, or define it: '${name}(x) = …'`,
    );
  }
  return { name, arity: operator.arity };
}

function define(text: string, table: Map<string, Operator>): SearchOperator {
  const match = /^\s*([A-Za-z_]\w*)\s*\(([^()]*)\)\s*=(.*)$/s.exec(text);
  if (match === null) {
    throw new SearchError(
      'SEA002',
      `'${text}' is no definition`,
      'options.operators',
      "write 'name(a, b) = expression'",
    );
  }
  const [, name, list, bodyText] = match;
  const args = list.split(',').map((arg) => arg.trim());
  if (args.length > mostArguments || args.some((arg) => !/^[A-Za-z_]\w*$/.test(arg))) {
    throw new SearchError(
      'SEA002',
      `operator '${name}' has the arguments (${list})`,
      'options.operators',
      `give 1 to ${mostArguments} names`,
    );
  }
  if (table.has(name)) {
    throw new SearchError(
      'SEA002',
      `operator '${name}' exists already`,
      'options.operators',
      `choose another name, or use '${name}' as it is`,
    );
  }
  const body = parseBody(bodyText, args, table, name);
  table.set(name, {
    name,
    arity: args.length,
    evaluate: (...values) => evaluateTree(body, values, {}, table),
  });
  return { name, arity: args.length, body };
}

function parseBody(text: string, args: readonly string[], table: OperatorTable, name: string): Expression {
  try {
    return parseInfix(text, { variables: args, operators: table, parameters: [] });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new SearchError(
      'SEA002',
      `the definition of operator '${name}' is not understood: ${error.message}`,
      'options.operators',
      `use the arguments ${args.join(', ')}, numbers and known operators`,
    );
  }
}

/** The tree as an expression; variable i becomes `arguments[i]`, by default variable i. */
export function toExpression(tree: Tree, language: Language, args?: readonly Expression[]): Expression {
  const stack: Expression[] = [];
  for (let i = 0; i < tree.length; i++) {
    const code = tree.code[i];
    if (code === constantCode) stack.push(constant(tree.value[i]));
    else if (code >= firstVariable)
      stack.push(args?.[code - firstVariable] ?? variable(code - firstVariable));
    else {
      const { name, arity } = language.operators[code - 1];
      stack.push(call(name, ...stack.splice(stack.length - arity)));
    }
  }
  return stack[0];
}

/**
 * Writes an expression into a tree.
 *
 * @throws SearchError if it uses an operator outside the language, a parameter, or more nodes than fit
 */
export function fromExpression(expression: Expression, language: Language, tree: Tree): void {
  tree.length = 0;
  const codes = new Map(language.operators.map(({ name }, i) => [name, i + 1]));
  const write = (node: Expression): void => {
    if (tree.length === tree.code.length) {
      throw new SearchError(
        'SEA002',
        `more than ${tree.length} nodes`,
        'expression',
        'shorten it or raise maxsize',
      );
    }
    switch (node.kind) {
      case 'constant':
        return tree.push(constantCode, node.value);
      case 'variable':
        return tree.push(firstVariable + node.index, 0);
      case 'parameter':
        throw new SearchError(
          'SEA002',
          `unknown name '${node.name}'`,
          'expression',
          'use the variables of the data',
        );
      case 'call': {
        if (node.args.length === 0) {
          return tree.push(constantCode, evaluateTree(node, [], {}, language.table));
        }
        const code = codes.get(node.operator);
        if (code === undefined) return writeForeign(node.operator, node.args);
        node.args.forEach(write);
        return tree.push(code, 0);
      }
    }
  };
  /** -x in a language without neg is 0 - x or -1 * x. */
  const writeForeign = (operator: string, args: readonly Expression[]): void => {
    if (operator === 'neg' && args[0].kind === 'constant') return write(constant(-args[0].value));
    if (operator === 'neg' && codes.has('*')) return write(call('*', constant(-1), args[0]));
    if (operator === 'neg' && codes.has('-')) return write(call('-', constant(0), args[0]));
    throw new SearchError(
      'SEA002',
      `operator '${operator}' is not among those searched`,
      'expression',
      `add it to the operators: ${language.operators.map(({ name }) => name).join(' ')}`,
    );
  };
  write(expression);
}
