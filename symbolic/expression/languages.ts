/**
 * Writes expressions as source text: C++, NumPy and sympy. What differs between them stands in a `Language`.
 *
 * Operators a language lacks are written by their definition in simpler ones. Constants are written with all digits
 * of their exact value.
 */
import { expandDefinitions } from './derivative.ts';
import { constant, type Constant, type Expression } from './expression.ts';
import { operatorNamed, precedences, type OperatorTable } from './operators.ts';
import { exactDecimal } from './print-infix.ts';

export interface Printed {
  readonly text: string;
  readonly precedence: number;
}

const atom = 9;
const { comparison, sum, product, negation, power } = precedences;

interface Language {
  readonly name: string;
  readonly variable: (index: number) => string;
  readonly constant: (value: string, isInteger: boolean) => string;
  readonly infinity: string;
  readonly nan: string;
  /** Writers by operator, other than + - * / and neg, which all share; `ifelse` gets its condition as a test. */
  readonly calls: Readonly<Record<string, (...args: Printed[]) => Printed>>;
}

export interface CodeOptions {
  /** Text of each variable; default x[0] in C++, x[:, 0] in NumPy, x0 in sympy. */
  readonly variables?: readonly string[];
  readonly operators?: OperatorTable;
}

const wrap = ({ text, precedence }: Printed, least: number): string =>
  precedence < least ? `(${text})` : text;
const callOf =
  (name: string) =>
  (...args: Printed[]): Printed => ({
    text: `${name}(${args.map(({ text }) => text).join(', ')})`,
    precedence: atom,
  });
const functions = (prefix: string, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).map(([operator, name]) => [operator, callOf(prefix + name)]));
const named = (...names: string[]) => Object.fromEntries(names.map((name) => [name, name]));
const symbol = (text: string) => (): Printed => ({ text, precedence: atom });
const comparisonSigns: Readonly<Record<string, string>> = {
  greater: '>',
  less: '<',
  greater_equal: '>=',
  less_equal: '<=',
};
const comparisons = (convert: (condition: string) => Printed) =>
  Object.fromEntries(
    Object.entries(comparisonSigns).map(([name, sign]) => [
      name,
      (a: Printed, b: Printed) => convert(`${wrap(a, sum)} ${sign} ${wrap(b, sum)}`),
    ]),
  );
const starPower = (a: Printed, b: Printed): Printed => ({
  text: `${wrap(a, power + 1)}**${wrap(b, power)}`,
  precedence: power,
});
const inside = (text: string): Printed => ({ text: `(${text})`, precedence: atom });

const shared = named(
  'exp',
  'log',
  'sin',
  'cos',
  'tan',
  'sinh',
  'cosh',
  'tanh',
  'sqrt',
  'floor',
  'ceil',
  'log10',
);
const sharedC = { ...shared, ...named('exp2', 'expm1', 'log2', 'log1p', 'cbrt', 'hypot') };

const cpp: Language = {
  name: 'C++',
  variable: (index) => `x[${index}]`,
  constant: (value, isInteger) => (isInteger && !value.includes('e') ? `${value}.0` : value),
  infinity: 'INFINITY',
  nan: 'NAN',
  calls: {
    ...functions('std::', {
      ...sharedC,
      ...named('asin', 'acos', 'atan', 'atan2', 'asinh', 'acosh', 'atanh', 'erf', 'erfc'),
      '^': 'pow',
      abs: 'abs',
      round: 'nearbyint',
      max: 'max',
      min: 'min',
      fma: 'fma',
    }),
    ...comparisons((condition) => inside(`${condition} ? 1.0 : 0.0`)),
    ifelse: (a, b, c) => inside(`${a.text} ? ${b.text} : ${c.text}`),
    sign: (a) => inside(`${wrap(a, sum)} > 0.0 ? 1.0 : ${wrap(a, sum)} < 0.0 ? -1.0 : 0.0`),
    pi: symbol('3.141592653589793'),
    e: symbol('2.718281828459045'),
  },
};

const numpy: Language = {
  name: 'NumPy',
  variable: (index) => `x[:, ${index}]`,
  constant: (value, isInteger) => (isInteger && !value.includes('e') ? `${value}.0` : value),
  infinity: 'np.inf',
  nan: 'np.nan',
  calls: {
    ...functions('np.', {
      ...sharedC,
      ...named('abs', 'sign', 'round'),
      asin: 'arcsin',
      acos: 'arccos',
      atan: 'arctan',
      atan2: 'arctan2',
      asinh: 'arcsinh',
      acosh: 'arccosh',
      atanh: 'arctanh',
      max: 'maximum',
      min: 'minimum',
      mod: 'mod',
    }),
    ...comparisons((condition) => ({ text: `np.where(${condition}, 1.0, 0.0)`, precedence: atom })),
    '^': starPower,
    ifelse: callOf('np.where'),
    pi: symbol('np.pi'),
    e: symbol('np.e'),
  },
};

const sympy: Language = {
  name: 'sympy',
  variable: (index) => `x${index}`,
  constant: (value) => value,
  infinity: 'oo',
  nan: 'nan',
  calls: {
    ...functions('', {
      ...named('exp', 'log', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'sqrt', 'floor', 'sign', 'cbrt'),
      ...named('asin', 'acos', 'atan', 'atan2', 'asinh', 'acosh', 'atanh', 'erf', 'erfc'),
      abs: 'Abs',
      ceil: 'ceiling',
      max: 'Max',
      min: 'Min',
      mod: 'Mod',
    }),
    ...comparisons((condition) => ({ text: `Piecewise((1, ${condition}), (0, True))`, precedence: atom })),
    '^': starPower,
    ifelse: (a, b, c) => ({ text: `Piecewise((${b.text}, ${a.text}), (${c.text}, True))`, precedence: atom }),
    pi: symbol('pi'),
    e: symbol('E'),
  },
};

/** A C++17 expression of doubles (`#include <cmath>`, `<algorithm>`); variables are `x[0]`, `x[1]`, ... */
export function printCpp(expression: Expression, options: CodeOptions = {}): string {
  return write(expression, cpp, options);
}

/** A NumPy expression (`import numpy as np`); variables are the columns of `x` of shape (rows, columns). */
export function printNumpy(expression: Expression, options: CodeOptions = {}): string {
  return write(expression, numpy, options);
}

/** A sympy expression, as `sympy.sympify` reads it; also the spelling in candidates.csv. */
export function printSympy(expression: Expression, options: CodeOptions = {}): string {
  return write(expression, sympy, options);
}

function write(expression: Expression, language: Language, options: CodeOptions): string {
  const has = (name: string) => '+-*/neg'.includes(name) || language.calls[name] !== undefined;
  return print(expandDefinitions(expression, has, options.operators), language, options).text;
}

function print(node: Expression, language: Language, options: CodeOptions): Printed {
  switch (node.kind) {
    case 'parameter':
      return { text: node.name, precedence: atom };
    case 'variable':
      return { text: options.variables?.[node.index] ?? language.variable(node.index), precedence: atom };
    case 'constant':
      return printConstant(node, language);
    case 'call': {
      const args = node.args.map((arg) => print(arg, language, options));
      if (node.operator === 'ifelse') args[0] = printTest(node.args[0], language, options);
      const special = language.calls[node.operator];
      if (special !== undefined) return special(...args);
      const [a, b] = args;
      switch (node.operator) {
        case '+':
        case '-':
          return { text: `${wrap(a, sum)} ${node.operator} ${wrap(b, sum + 1)}`, precedence: sum };
        case '*':
        case '/':
          return { text: `${wrap(a, product)}${node.operator}${wrap(b, product + 1)}`, precedence: product };
        case 'neg':
          return { text: `-${wrap(a, negation + 1)}`, precedence: negation };
        default:
          operatorNamed(node.operator, options.operators);
          throw new RangeError(
            `${language.name} has no operator '${node.operator}' and it has no definition`,
          );
      }
    }
  }
}

/** A condition as the language's own test: true above 0. */
function printTest(node: Expression, language: Language, options: CodeOptions): Printed {
  const sign = node.kind === 'call' ? comparisonSigns[node.operator] : undefined;
  const [left, right] = node.kind === 'call' && sign !== undefined ? node.args : [node, constant(0)];
  const [a, b] = [left, right].map((arg) => wrap(print(arg, language, options), sum));
  return { text: `${a} ${sign ?? '>'} ${b}`, precedence: comparison };
}

function printConstant({ value, exact }: Constant, language: Language): Printed {
  if (Number.isNaN(value)) return { text: language.nan, precedence: atom };
  const isNegative = value < 0 || Object.is(value, -0);
  const precedence = isNegative ? negation : atom;
  if (!Number.isFinite(value))
    return { text: isNegative ? `-${language.infinity}` : language.infinity, precedence };
  const decimal = exact === undefined ? String(Object.is(value, -0) ? '-0' : value) : exactDecimal(exact);
  if (decimal !== undefined) return { text: language.constant(decimal, Number.isInteger(value)), precedence };
  const { numerator, denominator } = exact!;
  const part = (digits: bigint) => language.constant(digits.toString(), true);
  return { text: `${part(numerator)}/${part(denominator)}`, precedence: product };
}
