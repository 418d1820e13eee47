/**
 * Reads infix text: Julia's and PySR's spelling, and what it shares with Python, sympy and C.
 *
 * Precedence, weakest first: `c ? a : b`, or, and, comparison, + -, * /, unary - and +, ^ (also **, to the right).
 * Every number becomes an exact constant: `0.1` is 1/10 with the nearest double beside it.
 */
import { call, constant, parameter, variable, type Expression } from './expression.ts';
import { builtInOperators, type OperatorTable } from './operators.ts';
import { rationalFromDecimal, rationalFromNumber, rationalToNumber } from './rational.ts';
import { ExpressionError, tokenise, type Token } from './tokens.ts';

export interface ParseOptions {
  /** Names of the columns in order; by default x0, x1, ... are the variables. */
  readonly variables?: readonly string[];
  /** Operators that may be called; by default the built-in ones. */
  readonly operators?: OperatorTable;
  /** Names that may stand for parameters; by default any name that is neither variable nor operator. */
  readonly parameters?: readonly string[];
  /** What a number means, from its text; by default an exact constant. */
  readonly literal?: (text: string) => Expression;
}

/** Other spellings of built-in functions: sympy, NumPy, C, Julia, and what SymbolFit writes. */
// prettier-ignore
const aliases: ReadonlyMap<string, string> = new Map([
  ['Abs', 'abs'], ['fabs', 'abs'], ['ln', 'log'], ['pow', '^'], ['power', '^'], ['plus', '+'], ['mult', '*'],
  ['sub', '-'], ['div', '/'], ['Max', 'max'], ['Min', 'min'], ['fmax', 'max'], ['fmin', 'min'],
  ['maximum', 'max'], ['minimum', 'min'], ['arcsin', 'asin'], ['arccos', 'acos'], ['arctan', 'atan'],
  ['arcsinh', 'asinh'], ['arccosh', 'acosh'], ['arctanh', 'atanh'], ['arctan2', 'atan2'], ['Mod', 'mod'],
  ['ceiling', 'ceil'], ['rint', 'round'], ['exponential', 'exp'], ['negative', 'neg'], ['reciprocal', 'inv'],
  ['where', 'ifelse'], ['muladd', 'fma'],
]);

/** Left-associative binary symbols and the operators they call, weakest first. */
// prettier-ignore
const levels: readonly ReadonlyMap<string, string>[] = [
  new Map([['|', 'logical_or'], ['||', 'logical_or']]),
  new Map([['&', 'logical_and'], ['&&', 'logical_and']]),
  new Map([['>', 'greater'], ['<', 'less'], ['>=', 'greater_equal'], ['<=', 'less_equal']]),
  new Map([['+', '+'], ['-', '-']]),
  new Map([['*', '*'], ['/', '/']]),
];

/**
 * Parses one expression.
 *
 * @throws ExpressionError naming the place, if the text is no expression, calls an unknown operator or gives an
 * operator the wrong number of arguments
 * @example parseInfix('a1*exp(-0.5*x0)')
 */
export function parseInfix(text: string, options: ParseOptions = {}): Expression {
  return new Parser(text, options).parse();
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly operators: OperatorTable;
  private next = 0;

  private readonly text: string;
  private readonly options: ParseOptions;

  constructor(text: string, options: ParseOptions) {
    this.text = text;
    this.options = options;
    this.tokens = tokenise(text);
    this.operators = options.operators ?? builtInOperators;
  }

  parse(): Expression {
    const expression = this.conditional();
    const rest = this.tokens[this.next];
    if (rest.kind !== 'end') this.fail(`expected an operator or the end, found '${rest.text}'`, rest);
    return expression;
  }

  private conditional(): Expression {
    const condition = this.binary(0);
    if (!this.accept('?')) return condition;
    const chosen = this.conditional();
    this.expect(':');
    return call('ifelse', condition, chosen, this.conditional());
  }

  private binary(level: number): Expression {
    if (level === levels.length) return this.unary();
    let expression = this.binary(level + 1);
    for (;;) {
      const token = this.tokens[this.next];
      const operator = token.kind === 'symbol' ? levels[level].get(token.text) : undefined;
      if (operator === undefined) return expression;
      this.next++;
      expression = call(operator, expression, this.binary(level + 1));
    }
  }

  private unary(): Expression {
    if (this.accept('+')) return this.unary();
    if (!this.accept('-')) return this.power();
    const operand = this.tokens[this.next];
    const after = this.tokens[this.next + 1];
    const isLiteral = operand.kind === 'number' && after.text !== '^' && after.text !== '**';
    if (!isLiteral) return call('neg', this.unary());
    this.next++;
    return this.literal(`-${operand.text}`);
  }

  private power(): Expression {
    const base = this.atom();
    return this.accept('^') || this.accept('**') ? call('^', base, this.unary()) : base;
  }

  private atom(): Expression {
    const token = this.tokens[this.next++];
    if (token.kind === 'number') return this.literal(token.text);
    if (token.kind === 'name') return this.named(token);
    if (token.text === '(') {
      const inner = this.conditional();
      this.expect(')');
      return inner;
    }
    return this.fail(
      token.kind === 'end'
        ? 'the expression ends where a number, name or ( should follow'
        : `unexpected '${token.text}'`,
      token,
    );
  }

  private literal(text: string): Expression {
    return this.options.literal?.(text) ?? literal(text);
  }

  private named(token: Token): Expression {
    const name = token.text;
    if (name.startsWith('#')) return variable(Number(name.slice(1)) - 1);
    if (this.accept('(')) {
      return name === 'Piecewise' ? this.piecewise(token) : this.application(token, this.list());
    }
    const column = this.options.variables?.indexOf(name) ?? -1;
    if (column >= 0) return variable(column);
    if (this.options.variables === undefined && /^x\d+$/.test(name)) return variable(Number(name.slice(1)));
    if (this.options.parameters?.includes(name)) return parameter(name);
    const special = specialNumbers.get(name);
    if (special !== undefined) return constant(special);
    const symbol = name === 'E' ? 'e' : name === 'π' ? 'pi' : name;
    if (this.operators.get(symbol)?.arity === 0) return call(symbol);
    if (this.operators.has(name)) this.fail(`operator '${name}' needs arguments in parentheses`, token);
    if (this.options.parameters !== undefined)
      this.fail(`'${name}' is neither a variable nor a parameter`, token);
    return parameter(name);
  }

  private application(token: Token, args: readonly Expression[]): Expression {
    const name = this.operators.has(token.text) ? token.text : (aliases.get(token.text) ?? token.text);
    const operator = this.operators.get(name);
    if (name === 'log' && args.length === 2) return call('/', call('log', args[0]), call('log', args[1]));
    if (name === 'Rational' && args.length === 2) return call('/', args[0], args[1]);
    if (name === 'Float' && args.length === 1) return args[0];
    if (operator === undefined) {
      return this.fail(
        `unknown operator '${token.text}'; define it as a custom operator, e.g. '${token.text}(x) = ...'`,
        token,
      );
    }
    if (operator.arity !== args.length) {
      const chain = operator.name === 'max' || operator.name === 'min';
      if (chain && args.length > 2) return args.reduce((first, second) => call(name, first, second));
      this.fail(`operator '${token.text}' takes ${operator.arity} arguments, found ${args.length}`, token);
    }
    return call(name, ...args);
  }

  /** sympy's Piecewise((value, condition), ...): the first condition that holds; NaN if none does. */
  private piecewise(token: Token): Expression {
    const pieces: [Expression, Expression][] = [];
    do {
      this.expect('(');
      const pair = this.list();
      if (pair.length !== 2) this.fail('a piece is (value, condition)', token);
      pieces.push([pair[0], pair[1]]);
    } while (this.accept(','));
    this.expect(')');
    return pieces.reduceRight<Expression>(
      (otherwise, [value, condition]) =>
        condition.kind === 'constant' && condition.value > 0
          ? value
          : call('ifelse', condition, value, otherwise),
      constant(NaN),
    );
  }

  /** Arguments up to the closing parenthesis. */
  private list(): Expression[] {
    if (this.accept(')')) return [];
    const args = [this.conditional()];
    while (this.accept(',')) args.push(this.conditional());
    this.expect(')');
    return args;
  }

  private accept(symbol: string): boolean {
    const token = this.tokens[this.next];
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    this.next++;
    return true;
  }

  private expect(symbol: string): void {
    const token = this.tokens[this.next];
    if (!this.accept(symbol))
      this.fail(`expected '${symbol}', found ${token.text === '' ? 'the end' : `'${token.text}'`}`, token);
  }

  private fail(problem: string, token: Token): never {
    throw new ExpressionError(problem, this.text, token.at);
  }
}

// prettier-ignore
const specialNumbers: ReadonlyMap<string, number> = new Map([
  ['inf', Infinity], ['Inf', Infinity], ['oo', Infinity], ['nan', NaN], ['NaN', NaN],
  ['True', 1], ['False', 0],
]);

/** The decimal as an exact constant; `exact` is left out where the double already is exact. */
function literal(text: string): Expression {
  const exact = rationalFromDecimal(text);
  const value = text.startsWith('-') && exact.numerator === 0n ? -0 : rationalToNumber(exact);
  if (!Number.isFinite(value)) return constant(value);
  const double = rationalFromNumber(value);
  const isDouble = double.numerator === exact.numerator && double.denominator === exact.denominator;
  return isDouble ? constant(value) : constant(value, exact);
}
