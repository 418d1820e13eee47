/**
 * Writes infix text that parse-infix.ts reads back as the same tree, with the fewest parentheses for that.
 */
import type { Constant, Expression } from './expression.ts';
import { builtInOperators, operatorNamed, precedences, type OperatorTable } from './operators.ts';
import { rational, type Rational } from './rational.ts';

export interface PrintOptions {
  /** Names of the columns in order; by default x0, x1, ... */
  readonly variables?: readonly string[];
  readonly operators?: OperatorTable;
  /** Significant digits of constants; by default all that the exact value or the double needs. */
  readonly digits?: number;
}

const atomPrecedence = 9;

/** @example printInfix(call('*', parameter('a1'), variable(0))) // 'a1 * x0' */
export function printInfix(expression: Expression, options: PrintOptions = {}): string {
  return print(expression, options).text;
}

interface Printed {
  readonly text: string;
  readonly precedence: number;
}

function print(expression: Expression, options: PrintOptions): Printed {
  switch (expression.kind) {
    case 'constant':
      return constantText(expression, options.digits);
    case 'parameter':
      return { text: expression.name, precedence: atomPrecedence };
    case 'variable':
      return {
        text: options.variables?.[expression.index] ?? `x${expression.index}`,
        precedence: atomPrecedence,
      };
    case 'call': {
      const operator = operatorNamed(expression.operator, options.operators ?? builtInOperators);
      const args = expression.args.map((arg) => print(arg, options));
      if (operator.infix !== undefined) {
        const { symbol, precedence, associative } = operator.infix;
        const left = wrap(args[0], precedence + (associative === 'left' ? 0 : 1));
        const right = wrap(args[1], precedence + (associative === 'left' ? 1 : 0));
        return { text: `${left} ${symbol} ${right}`, precedence };
      }
      if (operator.name === 'neg') {
        const isConstant = expression.args[0].kind === 'constant';
        const inner = isConstant ? `(${args[0].text})` : wrap(args[0], precedences.negation);
        return { text: `-${inner}`, precedence: precedences.negation };
      }
      if (operator.arity === 0) return { text: operator.name, precedence: atomPrecedence };
      return {
        text: `${operator.name}(${args.map(({ text }) => text).join(', ')})`,
        precedence: atomPrecedence,
      };
    }
  }
}

function wrap({ text, precedence }: Printed, least: number): string {
  return precedence < least ? `(${text})` : text;
}

function constantText(node: Constant, digits: number | undefined): Printed {
  const { value, exact } = node;
  if (Number.isNaN(value)) return { text: 'NaN', precedence: atomPrecedence };
  const negative = value < 0 || Object.is(value, -0);
  const precedence = negative ? precedences.negation : atomPrecedence;
  if (!Number.isFinite(value)) return { text: negative ? '-Inf' : 'Inf', precedence };
  if (digits !== undefined) return { text: String(Number(value.toPrecision(digits))), precedence };
  if (exact === undefined) return { text: Object.is(value, -0) ? '-0' : String(value), precedence };
  const decimal = exactDecimal(exact);
  if (decimal !== undefined) return { text: decimal, precedence };
  return { text: `${exact.numerator} / ${exact.denominator}`, precedence: precedences.product };
}

/** The finite decimal of a rational, or undefined if it has none. */
export function exactDecimal({ numerator, denominator }: Rational): string | undefined {
  let places = 0;
  let rest = denominator;
  for (let scaled = denominator; scaled !== 1n; places++) {
    if (rest % 10n === 0n) rest /= 10n;
    else if (rest % 5n === 0n) rest /= 5n;
    else if (rest % 2n === 0n) rest /= 2n;
    else return undefined;
    scaled = rest;
  }
  const digits = rational(numerator * 10n ** BigInt(places), denominator).numerator;
  const sign = digits < 0n ? '-' : '';
  const magnitude = (digits < 0n ? -digits : digits).toString();
  const significant = magnitude.replace(/0+$/, '');
  const exponent = magnitude.length - 1 - places;
  if (exponent < -7 || exponent > 20) {
    const mantissa = significant.length > 1 ? `${significant[0]}.${significant.slice(1)}` : significant;
    return `${sign}${mantissa}e${exponent}`;
  }
  if (places === 0) return sign + magnitude;
  const padded = magnitude.padStart(places + 1, '0');
  return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`.replace(/0+$/, '').replace(/\.$/, '');
}
