/**
 * The operators an expression may call: name, arity, value, partial derivatives, infix spelling.
 *
 * Names are PySR's where it has one. Partial derivatives and definitions are written in infix over the
 * arguments a, b, c (see derivative.ts); `definition` says the same in simpler operators and serves writers of
 * languages that lack the operator. Conditions are true above 0, as in PySR's `cond`. Values outside an
 * operator's domain are NaN.
 */
import { erf, erfc } from './special-functions.ts';

/** Infix spelling; a higher precedence binds tighter. */
export interface Infix {
  readonly symbol: string;
  readonly precedence: number;
  readonly associative: 'left' | 'right';
}

export interface Operator {
  readonly name: string;
  readonly arity: number;
  /** The value for arguments in the operator's order. */
  readonly evaluate: (...args: number[]) => number;
  /** One partial derivative an argument; absent if the operator is piecewise constant (all partials 0). */
  readonly partials?: readonly string[];
  /** The same function in other operators of the table. */
  readonly definition?: string;
  readonly infix?: Infix;
}

/** Operators by name. */
export type OperatorTable = ReadonlyMap<string, Operator>;

/** Argument names used in `partials` and `definition`. */
export const argumentNames = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

export const precedences = { comparison: 1, sum: 2, product: 3, negation: 4, power: 5 } as const;
const { comparison, sum, product, power } = precedences;

const left = (symbol: string, precedence: number): Infix => ({ symbol, precedence, associative: 'left' });

const table: readonly Operator[] = [
  { name: 'pi', arity: 0, evaluate: () => Math.PI, partials: [] },
  { name: 'e', arity: 0, evaluate: () => Math.E, partials: [] },

  { name: '+', arity: 2, evaluate: (a, b) => a + b, partials: ['1', '1'], infix: left('+', sum) },
  { name: '-', arity: 2, evaluate: (a, b) => a - b, partials: ['1', '-1'], infix: left('-', sum) },
  { name: '*', arity: 2, evaluate: (a, b) => a * b, partials: ['b', 'a'], infix: left('*', product) },
  {
    name: '/',
    arity: 2,
    evaluate: (a, b) => a / b,
    partials: ['1/b', '-(a/b/b)'],
    infix: left('/', product),
  },
  {
    name: '^',
    arity: 2,
    evaluate: raise,
    // The guards give the limit 0 where the products would be 0 × Infinity.
    partials: ['ifelse(abs(b)<=0,0,b*a^(b-1))', 'ifelse(abs(a)<=0,0,a^b*log(a))'],
    infix: { symbol: '^', precedence: power, associative: 'right' },
  },
  { name: 'neg', arity: 1, evaluate: (a) => -a, partials: ['-1'] },
  { name: 'inv', arity: 1, evaluate: (a) => 1 / a, partials: ['-1/square(a)'], definition: '1/a' },
  { name: 'square', arity: 1, evaluate: (a) => a * a, partials: ['2*a'], definition: 'a^2' },
  { name: 'cube', arity: 1, evaluate: (a) => a * a * a, partials: ['3*square(a)'], definition: 'a^3' },
  { name: 'sqrt', arity: 1, evaluate: Math.sqrt, partials: ['0.5/sqrt(a)'] },
  { name: 'cbrt', arity: 1, evaluate: Math.cbrt, partials: ['1/(3*square(cbrt(a)))'] },
  { name: 'abs', arity: 1, evaluate: Math.abs, partials: ['sign(a)'] },
  { name: 'sign', arity: 1, evaluate: Math.sign },
  { name: 'floor', arity: 1, evaluate: Math.floor },
  { name: 'ceil', arity: 1, evaluate: Math.ceil },
  { name: 'round', arity: 1, evaluate: roundHalfEven },

  { name: 'exp', arity: 1, evaluate: Math.exp, partials: ['exp(a)'] },
  {
    name: 'exp2',
    arity: 1,
    evaluate: (a) => Math.pow(2, a),
    partials: ['exp2(a)*log(2)'],
    definition: '2^a',
  },
  { name: 'expm1', arity: 1, evaluate: Math.expm1, partials: ['exp(a)'], definition: 'exp(a)-1' },
  { name: 'log', arity: 1, evaluate: Math.log, partials: ['1/a'] },
  { name: 'log2', arity: 1, evaluate: Math.log2, partials: ['1/(a*log(2))'], definition: 'log(a)/log(2)' },
  {
    name: 'log10',
    arity: 1,
    evaluate: Math.log10,
    partials: ['1/(a*log(10))'],
    definition: 'log(a)/log(10)',
  },
  { name: 'log1p', arity: 1, evaluate: Math.log1p, partials: ['1/(1+a)'], definition: 'log(1+a)' },

  { name: 'sin', arity: 1, evaluate: Math.sin, partials: ['cos(a)'] },
  { name: 'cos', arity: 1, evaluate: Math.cos, partials: ['-sin(a)'] },
  { name: 'tan', arity: 1, evaluate: Math.tan, partials: ['1+square(tan(a))'] },
  { name: 'asin', arity: 1, evaluate: Math.asin, partials: ['1/sqrt(1-square(a))'] },
  { name: 'acos', arity: 1, evaluate: Math.acos, partials: ['-1/sqrt(1-square(a))'] },
  { name: 'atan', arity: 1, evaluate: Math.atan, partials: ['1/(1+square(a))'] },
  {
    name: 'atan2',
    arity: 2,
    evaluate: Math.atan2,
    partials: ['b/(square(a)+square(b))', '-a/(square(a)+square(b))'],
  },
  { name: 'sinh', arity: 1, evaluate: Math.sinh, partials: ['cosh(a)'] },
  { name: 'cosh', arity: 1, evaluate: Math.cosh, partials: ['sinh(a)'] },
  { name: 'tanh', arity: 1, evaluate: Math.tanh, partials: ['1-square(tanh(a))'] },
  { name: 'asinh', arity: 1, evaluate: Math.asinh, partials: ['1/sqrt(square(a)+1)'] },
  { name: 'acosh', arity: 1, evaluate: Math.acosh, partials: ['1/sqrt(square(a)-1)'] },
  { name: 'atanh', arity: 1, evaluate: Math.atanh, partials: ['1/(1-square(a))'] },
  {
    name: 'gauss',
    arity: 1,
    evaluate: (a) => Math.exp(-a * a),
    partials: ['-2*a*gauss(a)'],
    definition: 'exp(-(a^2))',
  },
  {
    name: 'sigmoid',
    arity: 1,
    evaluate: (a) => 1 / (1 + Math.exp(-a)),
    partials: ['sigmoid(a)*(1-sigmoid(a))'],
    definition: '1/(1+exp(-a))',
  },
  { name: 'erf', arity: 1, evaluate: erf, partials: ['2/sqrt(pi)*gauss(a)'] },
  { name: 'erfc', arity: 1, evaluate: erfc, partials: ['-2/sqrt(pi)*gauss(a)'] },

  {
    name: 'relu',
    arity: 1,
    evaluate: (a) => (a > 0 ? a : 0),
    partials: ['a>0'],
    definition: 'ifelse(a,a,0)',
  },
  { name: 'max', arity: 2, evaluate: Math.max, partials: ['a>=b', 'b>a'] },
  { name: 'min', arity: 2, evaluate: Math.min, partials: ['a<=b', 'b<a'] },
  {
    // The sign follows the divisor, as in Julia's and Python's mod.
    name: 'mod',
    arity: 2,
    evaluate: floorModulo,
    partials: ['1', '-floor(a/b)'],
    definition: 'a-b*floor(a/b)',
  },
  {
    name: 'hypot',
    arity: 2,
    evaluate: (a, b) => Math.hypot(a, b),
    partials: ['a/hypot(a,b)', 'b/hypot(a,b)'],
    definition: 'sqrt(a^2+b^2)',
  },

  { name: 'greater', arity: 2, evaluate: (a, b) => (a > b ? 1 : 0), infix: left('>', comparison) },
  { name: 'less', arity: 2, evaluate: (a, b) => (a < b ? 1 : 0), infix: left('<', comparison) },
  { name: 'greater_equal', arity: 2, evaluate: (a, b) => (a >= b ? 1 : 0), infix: left('>=', comparison) },
  { name: 'less_equal', arity: 2, evaluate: (a, b) => (a <= b ? 1 : 0), infix: left('<=', comparison) },
  {
    name: 'logical_or',
    arity: 2,
    evaluate: (a, b) => (a > 0 || b > 0 ? 1 : 0),
    definition: 'ifelse(a,1,b>0)',
  },
  {
    name: 'logical_and',
    arity: 2,
    evaluate: (a, b) => (a > 0 && b > 0 ? 1 : 0),
    definition: 'ifelse(a,b>0,0)',
  },
  {
    name: 'cond',
    arity: 2,
    evaluate: (a, b) => (a > 0 ? b : 0),
    partials: ['0', 'a>0'],
    definition: 'ifelse(a,b,0)',
  },
  {
    name: 'ifelse',
    arity: 3,
    evaluate: (a, b, c) => (a > 0 ? b : c),
    partials: ['0', 'a>0', 'a<=0'],
  },
  { name: 'fma', arity: 3, evaluate: (a, b, c) => a * b + c, partials: ['b', 'a', '1'], definition: 'a*b+c' },
  {
    name: 'clamp',
    arity: 3,
    evaluate: (a, b, c) => Math.min(Math.max(a, b), c),
    partials: ['logical_and(a>=b,a<=c)', 'logical_and(a<b,b<=c)', 'max(a,b)>c'],
    definition: 'min(max(a,b),c)',
  },
];

/** The operators known to every reader, writer and evaluator. */
export const builtInOperators: OperatorTable = new Map(table.map((operator) => [operator.name, operator]));

/**
 * Looks an operator up.
 *
 * @throws RangeError naming the operator if the table has none of that name
 */
export function operatorNamed(name: string, operators: OperatorTable = builtInOperators): Operator {
  const operator = operators.get(name);
  if (operator === undefined) {
    throw new RangeError(
      `unknown operator '${name}'; define it as a custom operator, e.g. '${name}(x) = ...'`,
    );
  }
  return operator;
}

/** Math.pow, with the cheap exponents done exactly (each is the correctly rounded result). */
function raise(a: number, b: number): number {
  return b === 2 ? a * a : b === -1 ? 1 / a : Math.pow(a, b);
}

function floorModulo(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** Ties to even, as Julia, NumPy and C's rint. */
function roundHalfEven(a: number): number {
  const rounded = Math.round(a);
  return rounded - a === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
