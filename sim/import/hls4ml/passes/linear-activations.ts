/**
 * Removes linear activations that change nothing: those of the type of their input, and those behind a layer whose
 * result type is open. What is left is a conversion.
 *
 * Source: hls4ml 1.3.0, passes `eliminate_linear_activation`, `merge_linear_activation`.
 */
import { sameFormat } from 'fixed-point-ts';
import { type Graph, type Node, nodeOf, type Precision, withNode, withoutNode } from '../node.ts';

export function removeLinearActivations(graph: Graph): Graph {
  const found = graph.nodes.find(
    (node) =>
      node.operation.kind === 'activation' && node.operation.function === 'linear' && isNothing(graph, node),
  );
  if (!found) return graph;
  const before = nodeOf(graph, found.inputs[0]);
  const quantiser = found.quantiser;
  const kept =
    quantiser && before.types.result === 'auto'
      ? withNode(graph, { ...before, types: { ...before.types, result: quantiser } })
      : graph;
  return removeLinearActivations(withoutNode(kept, found));
}

const SAFE_PARENTS = ['dense', 'conv', 'batch-normalization', 'activation', 'softmax'];

function isNothing(graph: Graph, node: Node): boolean {
  const before = nodeOf(graph, node.inputs[0]);
  if (graph.outputs.includes(node.name) && graph.outputs.includes(before.name)) return false;
  if (same(before.types.result, node.types.result)) return true;
  return SAFE_PARENTS.includes(before.operation.kind) && before.types.result === 'auto';
}

function same(a: Precision, b: Precision): boolean {
  if (a === 'auto' || b === 'auto') return a === b;
  return sameFormat(a, b);
}
