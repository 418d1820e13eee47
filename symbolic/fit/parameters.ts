/** Turns the constants of a found expression into named parameters to be fitted. */
import { mapNodes, nodes, parameter, type Expression } from '../expression/index.ts';
import type { Parametrised } from './symbolfit-rules.ts';

/**
 * Every constant that is no integer becomes a parameter a1, a2, ... in order of appearance; equal constants share one.
 * Integers come from the structure, such as x + x = 2 x, and stay.
 */
export function parametriseExactly(expression: Expression): Parametrised {
  const names = new Map<number, string>();
  for (const node of nodes(expression)) {
    if (node.kind !== 'constant' || !Number.isFinite(node.value) || Number.isInteger(node.value)) continue;
    if (!names.has(node.value)) names.set(node.value, `a${names.size + 1}`);
  }
  return {
    expression: mapNodes(expression, (node) => {
      const name = node.kind === 'constant' ? names.get(node.value) : undefined;
      return name === undefined ? node : parameter(name);
    }),
    start: new Map([...names].map(([value, name]) => [name, value])),
  };
}
