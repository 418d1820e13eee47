/**
 * The rules of SymbolFit 0.2.5, for results that can be laid beside its own (arXiv:2411.09851; package symbolfit).
 *
 * Numbers are rounded to a few significant digits at fixed places; all subsets of parameters to hold fixed are tried
 * in the order of their size; the covariance is multiplied by chi2 / ndf.
 */
import {
  call,
  constant,
  mapNodes,
  nodes,
  parameter,
  parseInfix,
  type Expression,
  type Parameter,
} from '../expression/index.ts';
import type { FitFunction, Objective } from './objective.ts';
import { leastSquaresProblem } from './objective.ts';
import { minimise } from './levenberg-marquardt.ts';
import { describe, unfitted, type Refit } from './refit.ts';

/** Rounds to significant digits as np.round does: scale by a power of ten, round half to even, scale back. */
export function roundSignificant(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const decimals = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  const unit = 10 ** Math.abs(decimals);
  if (!Number.isFinite(unit)) return Number(value.toPrecision(digits));
  return decimals >= 0 ? halfEven(value * unit) / unit : halfEven(value / unit) * unit;
}

function halfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

export interface Parametrised {
  readonly expression: Expression;
  /** Names in order with the constants they stand for. */
  readonly start: ReadonlyMap<string, number>;
}

/**
 * Rounds every constant that is no integer to three significant digits and replaces it by a parameter: a1, a2, ... in
 * ascending order of value, one for equal constants.
 *
 * Signs belong to constants, as in sympy: a - 0.5 is a + (-0.5), and a / b^0.5 is a b^(-0.5).
 */
export function parametrise(expression: Expression): Parametrised {
  const isTunable = (value: number) => Number.isFinite(value) && !Number.isInteger(value);
  const tagged = mapNodes(expression, (node) =>
    node.kind === 'constant' && isTunable(node.value)
      ? parameter(tag(roundSignificant(node.value, 3)))
      : node,
  );
  return nameTagged(signed(tagged));
}

/** As `parametrise`, for the text of an equation: every number written with a point or exponent is replaced, as it is. */
export function parametriseText(text: string): Parametrised {
  const literal = (number: string): Expression =>
    /[.e]/i.test(number) ? parameter(tag(Number(number))) : constant(Number(number));
  return nameTagged(signed(parseInfix(text, { literal })));
}

/** Until they are named in order, parameters are named by their value. */
const tag = (value: number): string => `=${value}`;
const untag = (name: string): number => Number(name.slice(1));
const isTagged = (node: Expression): node is Parameter =>
  node.kind === 'parameter' && node.name.startsWith('=');

function nameTagged(expression: Expression): Parametrised {
  const values = new Set([...nodes(expression)].filter(isTagged).map(({ name }) => untag(name)));
  const names = new Map([...values].sort((a, b) => a - b).map((value, i) => [value, `a${i + 1}`]));
  return {
    expression: mapNodes(expression, (node) =>
      isTagged(node) ? parameter(names.get(untag(node.name))!) : node,
    ),
    start: new Map([...names].map(([value, name]) => [name, value])),
  };
}

function signed(expression: Expression): Expression {
  return mapNodes(expression, (node) => {
    if (node.kind !== 'call') return node;
    const [a, b] = node.args;
    if (node.operator === 'neg') return negated(a) ?? node;
    if (node.operator === '-') {
      const opposite = negated(b);
      return opposite === undefined ? node : call('+', a, opposite);
    }
    if (node.operator === '/' && b.kind === 'call' && b.operator === '^') {
      const opposite = negated(b.args[1]);
      return opposite === undefined ? node : call('*', a, call('^', b.args[0], opposite));
    }
    return node;
  });
}

/** The negative of a product whose first factor is a constant to be tuned. */
function negated(node: Expression): Expression | undefined {
  if (isTagged(node)) return parameter(tag(-untag(node.name)));
  if (node.kind !== 'call' || (node.operator !== '*' && node.operator !== '/')) return undefined;
  const first = negated(node.args[0]);
  return first === undefined ? undefined : call(node.operator, first, node.args[1]);
}

export interface SubsetOptions {
  /** Largest standard error in per cent of the value. */
  readonly maxStandardErrorPercent: number;
  /** Most fits; beyond it the last result is kept, as if all had failed. Default 100,000. */
  readonly maxFits?: number;
}

/**
 * The loop of refits: all parameters free, then one fixed at its start, then two, ... until every free one has a
 * standard error below the bound. If none passes, all stay at their start.
 *
 * lmfit prints standard errors with three digits and SymbolFit reads them from there: these digits are compared. A fit
 * that meets a value that is no number, or whose covariance does not exist, fails.
 */
export function refitSubsets(
  fitFunction: FitFunction,
  objective: Objective,
  start: ArrayLike<number>,
  { maxStandardErrorPercent, maxFits = 100_000 }: SubsetOptions,
): Refit & { readonly fits: number } {
  const count = start.length;
  let fits = 0;
  for (const fixed of subsets(count)) {
    if (fits === maxFits || fixed.length === count) break;
    fits++;
    const varied = Array.from({ length: count }, (_, i) => i).filter((i) => !fixed.includes(i));
    const result = refitChosen(fitFunction, objective, start, varied);
    const passes = result?.parameters.every(({ value, error, isFixed }) => {
      const printed = Number(error.toPrecision(3));
      return isFixed || (printed / Math.abs(value)) * 100 < maxStandardErrorPercent;
    });
    if (result !== undefined && passes) return { ...result, fits };
  }
  return { ...unfitted(fitFunction, objective, start), fits };
}

/**
 * One fit with a given choice of free parameters, the others at their start; covariance times chi2 / ndf.
 *
 * @param varied indices of the free parameters
 * @returns undefined if the fit fails
 */
export function refitChosen(
  fitFunction: FitFunction,
  objective: Objective,
  start: ArrayLike<number>,
  varied: readonly number[],
): Refit | undefined {
  const { parameters: names, bins } = fitFunction;
  if (varied.length > bins) return undefined;
  const problem = failOnNonNumbers(leastSquaresProblem(fitFunction, objective, varied, start));
  let result;
  try {
    result = minimise(problem, varied.map((i) => start[i])); // prettier-ignore
  } catch (error) {
    if (error instanceof NotANumber) return undefined;
    throw error;
  }
  const freedom = bins - varied.length;
  const scale = freedom > 0 ? result.sumOfSquares / freedom : result.sumOfSquares;
  const covariance = result.inverseHessian?.map((entry) => entry * scale);
  if (covariance === undefined) return undefined;
  const values = Float64Array.from(start);
  varied.forEach((index, j) => (values[index] = result.point[j]));
  return {
    parameters: describe(names, values, varied, covariance),
    free: varied.map((i) => names[i]),
    covariance,
    sumOfSquares: result.sumOfSquares,
    convergence: varied.length === 0 ? 'nothing to fit' : result.convergence,
    evaluations: result.evaluations,
  };
}

class NotANumber extends Error {}

/** lmfit gives a fit up at the first residual that is no finite number. */
function failOnNonNumbers(problem: ReturnType<typeof leastSquaresProblem>): typeof problem {
  return {
    ...problem,
    residuals(point, residuals) {
      problem.residuals(point, residuals);
      let sum = 0;
      for (let i = 0; i < residuals.length; i++) sum += residuals[i] * 0;
      if (sum !== 0) throw new NotANumber();
    },
  };
}

/** All subsets of 0..count-1 by size, each size in lexicographic order. */
function* subsets(count: number): Generator<readonly number[]> {
  function* ofSize(size: number, from: number): Generator<readonly number[]> {
    if (size === 0) {
      yield [];
      return;
    }
    for (let first = from; first <= count - size; first++) {
      for (const rest of ofSize(size - 1, first + 1)) yield [first, ...rest];
    }
  }
  for (let size = 0; size <= count; size++) yield* ofSize(size, 0);
}
