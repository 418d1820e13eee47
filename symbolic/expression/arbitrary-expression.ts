/** Random expressions for property tests. */
import fc from 'fast-check';
import { call, constant, parameter, variable, type Expression } from './expression.ts';
import { builtInOperators, type Operator } from './operators.ts';

export interface ExpressionShape {
  /** Operators to draw from; default all. */
  readonly operators?: readonly string[];
  readonly variables?: number;
  readonly parameters?: readonly string[];
  readonly depth?: number;
  /** Values of the constants. */
  readonly constants?: fc.Arbitrary<number>;
}

/** Constants of all kinds of text: small integers, decimals, any finite double. */
const constants = fc.oneof(
  fc.integer({ min: -9, max: 9 }).map((value) => constant(value)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => constant(value)),
  fc.double({ min: -3, max: 3, noNaN: true }).map((value) => constant(value)),
);

/** A tree of the shape asked for. */
export function arbitraryExpression(shape: ExpressionShape = {}): fc.Arbitrary<Expression> {
  const names = shape.operators ?? [...builtInOperators.keys()];
  const operators = names.map((name): Operator => builtInOperators.get(name)!);
  const leaves: fc.Arbitrary<Expression>[] = [shape.constants?.map((value) => constant(value)) ?? constants];
  const variables = shape.variables ?? 2;
  if (variables > 0) leaves.push(fc.nat({ max: variables - 1 }).map(variable));
  if (shape.parameters !== undefined) leaves.push(fc.constantFrom(...shape.parameters).map(parameter));
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => {
    const calls = [...new Set(operators.map(({ arity }) => arity))].map((arity) =>
      fc
        .tuple(
          fc.constantFrom(...operators.filter((operator) => operator.arity === arity)),
          fc.array(tie('tree'), { minLength: arity, maxLength: arity }),
        )
        .map(([{ name }, args]) => call(name, ...args)),
    );
    const depth = { maxDepth: shape.depth ?? 5, depthIdentifier: 'expression' };
    return { tree: fc.oneof(depth, fc.oneof(...leaves), ...calls) };
  });
  return tree;
}
