/** Removes normalisations by 1 and 0. Source: hls4ml 1.3.0, pass `remove_nop_batch_normalization`. */
import { type Graph, withoutNode } from '../node.ts';

export function removeTrivialNormalizations(graph: Graph): Graph {
  const found = graph.nodes.find(
    ({ operation, weights }) =>
      operation.kind === 'batch-normalization' &&
      weights.scale.values.every((value) => value === 1) &&
      weights.bias.values.every((value) => value === 0),
  );
  return found ? removeTrivialNormalizations(withoutNode(graph, found)) : graph;
}
