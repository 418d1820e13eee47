/**
 * Simplifies expressions without changing what they compute.
 *
 * Rules: sums and products are flattened, equal terms and factors collected with exact rational coefficients and
 * exponents, neutral elements removed, calls on constants computed, signs taken out of odd and even functions, inverse
 * functions undone. Wherever the original is finite, the result has the same value in real arithmetic, but for
 * constants: one that needs more than 53 bits above or below the fraction bar is rounded to the nearest double, and a
 * function of constants to what `evaluate` gives (relative change at most 2^-52 each). Points where the original has no
 * value, such as x/x at 0, may gain one. In double arithmetic the order of rounding changes; `simplifyOver` bounds that
 * on given data.
 */
import { evaluateColumns } from './evaluator.ts';
import { call, constant, nodes, type Constant, type Expression } from './expression.ts';
import { operatorNamed, type OperatorTable } from './operators.ts';
import { printInfix } from './print-infix.ts';
import {
  addRational,
  multiplyRational,
  powerRational,
  rational,
  rationalFromNumber,
  rationalToNumber,
  type Rational,
} from './rational.ts';

/** The simplified expression, or the original where that is shorter or a constant would overflow. */
export function simplify(expression: Expression, operators?: OperatorTable): Expression {
  const simplified = new Simplifier(operators).simplify(expression);
  for (const node of nodes(simplified)) {
    if (node.kind === 'constant' && !Number.isFinite(node.value)) return expression;
  }
  return length(simplified) <= length(expression) ? simplified : expression;
}

const shortPowers = new Set(['square', 'cube', 'inv']);

/** Number of nodes, a short power counted as what it stands for. */
function length(expression: Expression): number {
  if (expression.kind !== 'call') return 1;
  const own = shortPowers.has(expression.operator) ? 2 : 1;
  return expression.args.reduce((sum, arg) => sum + length(arg), own);
}

/**
 * Simplifies, and keeps the original if that moves any value on the given rows by more than the bound.
 *
 * @param bound largest change, relative to the largest magnitude of the original's values. Default 1e-9
 */
export function simplifyOver(
  expression: Expression,
  columns: readonly Float64Array[],
  rows: number,
  bound = 1e-9,
  operators?: OperatorTable,
): Expression {
  const simplified = simplify(expression, operators);
  const options = { ...(operators && { operators }) };
  const before = evaluateColumns(expression, columns, rows, {}, options);
  const after = evaluateColumns(simplified, columns, rows, {}, options);
  const size = before.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  );
  const isKept = before.every(
    (value, i) => !Number.isFinite(value) || Math.abs(after[i] - value) <= bound * size,
  );
  return isKept ? simplified : expression;
}

const zero = rational(0n);
const one = rational(1n);
const minusOne = rational(-1n);
const half = rational(1n, 2n);
const exactLimit = 2n ** 53n;

const evenFunctions = new Set(['cos', 'cosh', 'gauss', 'abs']);
const oddFunctions = new Set([
  'sin',
  'tan',
  'sinh',
  'tanh',
  'asin',
  'atan',
  'asinh',
  'atanh',
  'erf',
  'cbrt',
  'sign',
]);
const inverses: ReadonlyMap<string, string> = new Map([['log', 'exp'], ['exp', 'log']]); // prettier-ignore

/** coefficient × rest; without rest the coefficient alone. */
interface Term {
  readonly coefficient: Rational;
  readonly rest: Expression | undefined;
}

/** base ^ exponent */
interface Factor {
  readonly base: Expression;
  readonly exponent: Rational;
}

interface Product {
  readonly coefficient: Rational;
  readonly factors: readonly Factor[];
}

class Simplifier {
  private readonly operators: OperatorTable | undefined;

  constructor(operators: OperatorTable | undefined) {
    this.operators = operators;
  }

  simplify(expression: Expression): Expression {
    if (expression.kind !== 'call') return expression;
    const args = expression.args.map((arg) => this.simplify(arg));
    const whole = { ...expression, args };
    if (args.some((arg) => arg.kind === 'constant' && !Number.isFinite(arg.value))) return whole;
    switch (expression.operator) {
      case '+':
      case '-':
        return this.sum(this.terms(whole));
      case 'neg':
      case '*':
      case '/':
      case 'inv':
      case 'square':
      case 'cube':
      case 'sqrt':
      case '^':
        return this.power(whole) ?? this.product(this.factors(whole)) ?? whole;
      default:
        return this.call(expression.operator, args);
    }
  }

  private key(expression: Expression): string {
    return printInfix(expression, { ...(this.operators && { operators: this.operators }) });
  }

  /** The terms of a sum, with constants multiplied into the sums within. */
  private terms(expression: Expression): Term[] {
    if (expression.kind === 'call' && (expression.operator === '+' || expression.operator === '-')) {
      const [left, right] = expression.args;
      return [...this.terms(left), ...scale(this.terms(right), expression.operator === '-' ? minusOne : one)];
    }
    const { coefficient, factors } = this.factors(expression);
    const [only] = factors;
    if (factors.length === 1 && isOne(only.exponent) && isSum(only.base))
      return scale(this.terms(only.base), coefficient);
    return [{ coefficient, rest: this.product({ coefficient: one, factors }) ?? expression }].map((term) =>
      factors.length === 0 ? { coefficient, rest: undefined } : term,
    );
  }

  private sum(terms: readonly Term[]): Expression {
    const collected = new Map<string, Term>();
    for (const { coefficient, rest } of terms) {
      const key = rest === undefined ? '' : this.key(rest);
      const before = collected.get(key)?.coefficient ?? zero;
      collected.set(key, { coefficient: rounded(addRational(before, coefficient)), rest });
    }
    const present = [...collected.values()].filter(({ coefficient }) => coefficient.numerator !== 0n);
    const symbolic = present.filter(({ rest }) => rest !== undefined);
    const ordered = [...symbolic, ...present.filter(({ rest }) => rest === undefined)];
    if (ordered.length === 0) return constant(0);
    const first = Math.max(0, ordered.findIndex(({ coefficient }) => coefficient.numerator > 0n)); // prettier-ignore
    const [leading] = ordered.splice(first, 1);
    return ordered.reduce<Expression>(
      (total, { coefficient, rest }) => {
        const isNegative = coefficient.numerator < 0n;
        const size = isNegative ? multiplyRational(coefficient, minusOne) : coefficient;
        return call(isNegative ? '-' : '+', total, this.term(size, rest));
      },
      this.term(leading.coefficient, leading.rest),
    );
  }

  private term(coefficient: Rational, rest: Expression | undefined): Expression {
    if (rest === undefined) return toConstant(coefficient);
    const { coefficient: inner, factors } = this.factors(rest);
    return this.product({ coefficient: multiplyRational(coefficient, inner), factors }) ?? rest;
  }

  /** The factors of a product; exponents are rational numbers. */
  private factors(expression: Expression): Product {
    if (expression.kind === 'constant' && Number.isFinite(expression.value))
      return { coefficient: exactValue(expression), factors: [] };
    if (expression.kind !== 'call')
      return { coefficient: one, factors: [{ base: expression, exponent: one }] };
    const [a, b] = expression.args;
    switch (expression.operator) {
      case '*':
        return joined(this.factors(a), this.factors(b));
      case '/':
        return joined(this.factors(a), this.raised(b, minusOne) ?? opaque(call('inv', b)));
      case 'neg':
        return joined({ coefficient: minusOne, factors: [] }, this.factors(a));
      case 'inv':
        return this.raised(a, minusOne) ?? opaque(expression);
      case 'square':
        return this.raised(a, rational(2n)) ?? opaque(expression);
      case 'cube':
        return this.raised(a, rational(3n)) ?? opaque(expression);
      case 'sqrt':
        return this.raised(a, half) ?? opaque(expression);
      case '^':
        return (b.kind === 'constant' ? this.raised(a, exactValue(b)) : undefined) ?? opaque(expression);
      default:
        return opaque(expression);
    }
  }

  /** A power of a product. Only integer exponents may be drawn into it: sqrt(x^2) is not x. */
  private raised(base: Expression, exponent: Rational): Product | undefined {
    const isInteger = exponent.denominator === 1n;
    if (!isInteger) {
      return base.kind === 'constant' ? undefined : { coefficient: one, factors: [{ base, exponent }] };
    }
    const { coefficient, factors } = this.factors(base);
    if (coefficient.numerator === 0n && exponent.numerator <= 0n) return undefined;
    if (exponent.numerator > 64n || exponent.numerator < -64n)
      return { coefficient: one, factors: [{ base, exponent }] };
    return {
      coefficient: rounded(powerRational(coefficient, Number(exponent.numerator))),
      factors: factors.map((factor) => ({
        base: factor.base,
        exponent: multiplyRational(factor.exponent, exponent),
      })),
    };
  }

  /** Special powers; undefined where the rules of products apply. */
  private power(expression: Expression & { kind: 'call' }): Expression | undefined {
    if (expression.operator !== '^') return undefined;
    const [base, exponent] = expression.args;
    if (exponent.kind === 'constant') {
      if (exponent.value === 0) return constant(1);
      if (base.kind === 'constant' && !Number.isInteger(exponent.value))
        return this.call('^', expression.args);
      return undefined;
    }
    if (base.kind === 'constant' && base.value === 1) return constant(1);
    return undefined;
  }

  /** Builds coefficient × numerator / denominator; undefined where only an opaque quotient of zero is left. */
  private product({ coefficient, factors }: Product): Expression | undefined {
    if (coefficient.numerator === 0n) return constant(0);
    const collected = new Map<string, Factor>();
    for (const { base, exponent } of factors) {
      const key = this.key(base);
      const before = collected.get(key)?.exponent ?? zero;
      collected.set(key, { base, exponent: rounded(addRational(before, exponent)) });
    }
    const present = [...collected.values()].filter(({ exponent }) => exponent.numerator !== 0n);
    const flip =
      coefficient.numerator < 0n
        ? present.findIndex(({ base, exponent }) => isOne(exponent) && isSum(base))
        : -1;
    if (
      flip >= 0 &&
      present.length === 1 &&
      coefficient.numerator === -1n &&
      coefficient.denominator === 1n
    ) {
      return this.sum(scale(this.terms(present[flip].base), minusOne));
    }
    const above = present.filter(({ exponent }) => exponent.numerator > 0n).map(raise);
    const below = present
      .filter(({ exponent }) => exponent.numerator < 0n)
      .map(({ base, exponent }) => raise({ base, exponent: multiplyRational(exponent, minusOne) }));
    const isNegative = coefficient.numerator < 0n;
    const isUnit =
      coefficient.denominator === 1n && (coefficient.numerator === 1n || coefficient.numerator === -1n);
    const divisor = isDecimal(coefficient) ? one : rational(coefficient.denominator);
    const factor = multiplyRational(coefficient, divisor);
    if (!isOne(divisor)) below.unshift(toConstant(divisor));
    const hasFactor = !isUnit && !isOne(factor) && !isMinusOne(factor);
    if (hasFactor || above.length === 0) above.unshift(toConstant(hasFactor || !isNegative ? factor : one));
    const multiply = (parts: readonly Expression[]) => parts.reduce((left, right) => call('*', left, right));
    const numerator = multiply(above);
    const whole = below.length === 0 ? numerator : call('/', numerator, multiply(below));
    if (hasFactor || !isNegative) return whole;
    return whole.kind === 'constant' ? toConstant(minusOne) : call('neg', whole);
  }

  private call(name: string, args: readonly Expression[]): Expression {
    const whole = call(name, ...args);
    const [a, b, c] = args;
    if (a === undefined) return whole;
    if (args.every((arg): arg is Constant => arg.kind === 'constant')) {
      const value = operatorNamed(name, this.operators).evaluate(...args.map(({ value }) => value));
      return Number.isFinite(value) ? constant(value) : whole;
    }
    if (a.kind === 'call' && inverses.get(name) === a.operator) return a.args[0];
    if (name === 'ifelse' && a.kind === 'constant') return a.value > 0 ? b : c;
    if (name === 'ifelse' && this.key(b) === this.key(c)) return b;
    if ((name === 'max' || name === 'min') && this.key(a) === this.key(b)) return a;
    const isEven = evenFunctions.has(name);
    if (!isEven && !oddFunctions.has(name)) return whole;
    const terms = this.terms(a);
    if (!terms.every(({ coefficient }) => coefficient.numerator < 0n)) return whole;
    const flipped = call(name, this.sum(scale(terms, minusOne)));
    return isEven ? flipped : call('neg', flipped);
  }
}

const isOne = ({ numerator, denominator }: Rational): boolean => numerator === 1n && denominator === 1n;
const isMinusOne = ({ numerator, denominator }: Rational): boolean => numerator === -1n && denominator === 1n;
const isSum = (e: Expression): boolean => e.kind === 'call' && (e.operator === '+' || e.operator === '-');
const opaque = (base: Expression): Product => ({ coefficient: one, factors: [{ base, exponent: one }] });

const scale = (terms: readonly Term[], by: Rational): Term[] =>
  terms.map(({ coefficient, rest }) => ({ coefficient: rounded(multiplyRational(coefficient, by)), rest }));

const joined = (a: Product, b: Product): Product => ({
  coefficient: rounded(multiplyRational(a.coefficient, b.coefficient)),
  factors: [...a.factors, ...b.factors],
});

function raise({ base, exponent }: Factor): Expression {
  if (isOne(exponent)) return base;
  if (exponent.numerator === 1n && exponent.denominator === 2n) return call('sqrt', base);
  return call('^', base, toConstant(exponent));
}

function exactValue({ value, exact }: Constant): Rational {
  return exact ?? rationalFromNumber(value);
}

/** Rounds to the nearest double what has grown beyond 53 bits. */
function rounded(value: Rational): Rational {
  const { numerator, denominator } = value;
  if (numerator < exactLimit && numerator > -exactLimit && denominator < exactLimit) return value;
  const double = rationalToNumber(value);
  return Number.isFinite(double) ? rationalFromNumber(double) : value;
}

/** Whether the value is a finite decimal, which is how constants are written. */
function isDecimal({ denominator }: Rational): boolean {
  let rest = denominator;
  for (const prime of [2n, 5n]) while (rest % prime === 0n) rest /= prime;
  return rest === 1n;
}

function toConstant(value: Rational): Constant {
  const double = rationalToNumber(value);
  if (!Number.isFinite(double)) return constant(double);
  const back = rationalFromNumber(double);
  const isDouble = back.numerator === value.numerator && back.denominator === value.denominator;
  return isDouble ? constant(double) : constant(double, value);
}
