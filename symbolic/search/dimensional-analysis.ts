/**
 * Checks that an expression is consistent in its units.
 *
 * A constant fits any unit (it takes the one that makes the expression consistent) unless constants are held to be
 * dimensionless. So does what is made of such constants by products and sums, as in SymbolicRegression.jl.
 */
import type { Expression, OperatorTable } from '../expression/index.ts';
import { dimensionless, type Dimensions } from './units.ts';

export interface UnitRules {
  /** Units of the input variables. */
  readonly inputs: readonly Dimensions[];
  /** Unit of the output; absent if any will do. */
  readonly output?: Dimensions;
  readonly dimensionlessConstantsOnly: boolean;
  /** Definitions of custom operators, over their arguments as variables. */
  readonly bodies: ReadonlyMap<string, Expression>;
  readonly operators: OperatorTable;
}

/** Units of a value; free ones adapt to what they meet. */
interface Quantity {
  readonly dimensions: Dimensions;
  readonly isFree: boolean;
}

const pure: Quantity = { dimensions: dimensionless, isFree: false };
const anything: Quantity = { dimensions: dimensionless, isFree: true };

/** Whether the units of all parts and of the result agree. */
export function isConsistent(expression: Expression, rules: UnitRules): boolean {
  const inputs = rules.inputs.map((dimensions) => ({ dimensions, isFree: false }));
  const result = quantityOf(expression, inputs, rules);
  if (result === undefined) return false;
  return (
    rules.output === undefined || same(result, { dimensions: rules.output, isFree: false }) !== undefined
  );
}

/** Units of an expression; undefined if they contradict. */
function quantityOf(
  node: Expression,
  variables: readonly Quantity[],
  rules: UnitRules,
): Quantity | undefined {
  switch (node.kind) {
    case 'constant':
      return rules.dimensionlessConstantsOnly ? pure : anything;
    case 'parameter':
      return anything;
    case 'variable':
      return variables[node.index];
    case 'call': {
      const args: Quantity[] = [];
      for (const arg of node.args) {
        const quantity = quantityOf(arg, variables, rules);
        if (quantity === undefined) return undefined;
        args.push(quantity);
      }
      const body = rules.bodies.get(node.operator);
      if (body !== undefined) return quantityOf(body, args, rules);
      return apply(node.operator, args, node.args);
    }
  }
}

function apply(
  operator: string,
  args: readonly Quantity[],
  nodes: readonly Expression[],
): Quantity | undefined {
  const [a, b, c] = args;
  switch (operator) {
    case '+':
    case '-':
    case 'max':
    case 'min':
    case 'mod':
    case 'hypot': // prettier-ignore
      return same(a, b);
    case '*':
      return product(a, b, 1);
    case '/':
      return product(a, b, -1);
    case 'fma':
      return same(product(a, b, 1), c);
    case 'clamp':
      return same(same(a, b), c);
    case 'ifelse':
      return same(b, c);
    case 'cond':
      return b;
    case 'inv':
      return scaled(a, -1);
    case 'square':
      return scaled(a, 2);
    case 'cube':
      return scaled(a, 3);
    case 'sqrt':
      return scaled(a, 1 / 2);
    case 'cbrt':
      return scaled(a, 1 / 3);
    case '^':
      return power(a, b, nodes[1]);
    case 'neg':
    case 'abs':
    case 'relu':
    case 'floor':
    case 'ceil':
    case 'round': // prettier-ignore
      return a;
    case 'sign':
      return pure;
    case 'greater':
    case 'less':
    case 'greater_equal':
    case 'less_equal':
    case 'atan2': // prettier-ignore
      return same(a, b) === undefined ? undefined : pure;
    case 'logical_and':
    case 'logical_or': // prettier-ignore
      return pure;
    default:
      // All other functions take and give plain numbers.
      return args.every(isPure) ? pure : undefined;
  }
}

/** What both are, undefined if they differ. */
function same(a: Quantity | undefined, b: Quantity | undefined): Quantity | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.isFree) return b;
  if (b.isFree) return a;
  return a.dimensions.every((exponent, i) => Math.abs(exponent - b.dimensions[i]) < 1e-9) ? a : undefined;
}

function isPure(a: Quantity): boolean {
  return a.isFree || a.dimensions.every((exponent) => Math.abs(exponent) < 1e-9);
}

function product(a: Quantity, b: Quantity, sign: number): Quantity {
  return {
    dimensions: a.dimensions.map((exponent, i) => exponent + sign * b.dimensions[i]),
    isFree: a.isFree || b.isFree,
  };
}

function scaled(a: Quantity, factor: number): Quantity {
  return { dimensions: a.dimensions.map((exponent) => exponent * factor), isFree: a.isFree };
}

/** A quantity with units may only be raised to a number. */
function power(base: Quantity, exponent: Quantity, node: Expression): Quantity | undefined {
  if (!isPure(exponent)) return undefined;
  if (node.kind === 'constant') return scaled(base, node.value);
  return isPure(base) ? (base.isFree ? anything : pure) : undefined;
}
