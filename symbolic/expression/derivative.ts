/**
 * Forward-mode derivatives: tangents of graph nodes and derivatives of trees, from the partials in operators.ts.
 */
import { constant, call, mapNodes, type Expression } from './expression.ts';
import { ExpressionGraph } from './graph.ts';
import { argumentNames, operatorNamed, type Operator, type OperatorTable } from './operators.ts';
import { parseInfix } from './parse-infix.ts';

const parsed = new WeakMap<Operator, readonly Expression[]>();

/** Partial derivatives of an operator as trees over its arguments (variable i = argument i). */
export function partialsOf(operator: Operator, operators?: OperatorTable): readonly Expression[] {
  let partials = parsed.get(operator);
  if (partials === undefined) {
    const options = { variables: argumentNames.slice(0, operator.arity), ...(operators && { operators }) };
    partials = operator.partials?.map((text) => parseInfix(text, options)) ?? zeros(operator.arity);
    parsed.set(operator, partials);
  }
  return partials;
}

const zeros = (count: number): Expression[] => new Array<Expression>(count).fill(constant(0));

/** What to differentiate by: a parameter's name or a variable's index. */
export type Seed = string | number;

/**
 * Adds the derivative of a node to its graph: the forward sweep of automatic differentiation, one tangent a node.
 *
 * @returns the number of the tangent; a constant 0 where the node does not depend on the seed
 */
export function addTangent(graph: ExpressionGraph, root: number, seed: Seed): number {
  const tangents: (number | undefined)[] = [];
  const zero = graph.constant(0);
  const tangent = (id: number): number => {
    const known = tangents[id];
    if (known !== undefined) return known;
    const node = graph.nodes[id];
    let result = zero;
    if (node.kind === 'call') {
      for (let i = 0; i < node.args.length; i++) {
        const inner = tangent(node.args[i]);
        if (inner === zero) continue;
        const outer = graph.addFolded(partialsOf(node.operator, graph.operators)[i], node.args);
        result = graph.fold('+', [result, graph.fold('*', [outer, inner])]);
      }
    } else if (node.kind === 'parameter' && node.name === seed) result = graph.constant(1);
    else if (node.kind === 'variable' && node.index === seed) result = graph.constant(1);
    tangents[id] = result;
    return result;
  };
  return tangent(root);
}

/**
 * The derivative as a tree. Shared parts are written out, so it can grow fast; for evaluation use tapes.
 *
 * @param seed parameter name or variable index
 */
export function differentiate(expression: Expression, seed: Seed, operators?: OperatorTable): Expression {
  const graph = new ExpressionGraph(operators);
  const root = addTangent(graph, graph.add(expression), seed);
  const tree = (id: number): Expression => {
    const node = graph.nodes[id];
    if (node.kind === 'call') return call(node.operator.name, ...node.args.map(tree));
    return node.kind === 'constant' ? constant(node.value) : node;
  };
  return tree(root);
}

/** Replaces calls of custom and derived operators by their definitions, except those in `keep`. */
export function expandDefinitions(
  expression: Expression,
  keep: (name: string) => boolean,
  operators?: OperatorTable,
): Expression {
  return mapNodes(expression, (node) => {
    if (node.kind !== 'call' || keep(node.operator)) return node;
    const operator = operatorNamed(node.operator, operators);
    if (operator.definition === undefined) return node;
    const options = { variables: argumentNames.slice(0, operator.arity), ...(operators && { operators }) };
    const body = mapNodes(parseInfix(operator.definition, options), (inner) =>
      inner.kind === 'variable' ? node.args[inner.index] : inner,
    );
    return expandDefinitions(body, (name) => keep(name) || name === node.operator, operators);
  });
}
