/** The obvious evaluation of a tree at one point: the reference for tapes, and enough for single values. */
import type { Expression } from './expression.ts';
import { operatorNamed, type OperatorTable } from './operators.ts';

/**
 * @param variables values of x0, x1, ...
 * @param parameters values by name
 * @throws RangeError if a variable or parameter has no value
 */
export function evaluateTree(
  expression: Expression,
  variables: ArrayLike<number> = [],
  parameters: Readonly<Record<string, number>> = {},
  operators?: OperatorTable,
): number {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'variable':
      if (expression.index >= variables.length)
        throw new RangeError(`variable x${expression.index} has no value`);
      return variables[expression.index];
    case 'parameter': {
      const value = parameters[expression.name];
      if (value === undefined) throw new RangeError(`parameter '${expression.name}' has no value`);
      return value;
    }
    case 'call': {
      const args = expression.args.map((arg) => evaluateTree(arg, variables, parameters, operators));
      return operatorNamed(expression.operator, operators).evaluate(...args);
    }
  }
}
