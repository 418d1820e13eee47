/**
 * Reshapes: in parallel they only rename an array, so their type is that of their input and a last one goes; in a
 * stream a reshape to several axes repacks the stream and is named after it.
 *
 * Source: hls4ml 1.3.0, passes `remove_final_reshape`, `inplace_parallel_reshape`, `inplace_stream_flatten`, `reshape_stream`.
 */
import { type Graph, type Node, nodeOf, readersOf, withoutNode } from '../node.ts';

export function settleReshapes(graph: Graph, io: 'parallel' | 'stream'): Graph {
  return io === 'parallel' ? withoutFinal(graph) : repacked(graph);
}

function withoutFinal(graph: Graph): Graph {
  const final = graph.nodes.find(
    (node) => node.operation.kind === 'reshape' && readersOf(graph, node.name).length === 0,
  );
  return final ? withoutFinal(withoutNode(graph, final)) : sameTypes(graph);
}

function repacked(graph: Graph): Graph {
  const repacks = new Set(
    graph.nodes
      .filter(
        ({ operation, shape, name }) =>
          operation.kind === 'reshape' && (shape.length > 1 || graph.outputs.includes(name)),
      )
      .map(({ name }) => name),
  );
  const rename = (name: string) => (repacks.has(name) ? `repack_${name}` : name);
  return sameTypes({
    ...graph,
    outputs: graph.outputs.map(rename),
    nodes: graph.nodes.map((node) => ({
      ...node,
      name: rename(node.name),
      inputs: node.inputs.map(rename),
      ...(repacks.has(node.name) ? { className: 'Repack' } : {}),
    })),
  });
}

function sameTypes(graph: Graph): Graph {
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const inplace = node.operation.kind === 'reshape' && node.className === 'Reshape';
    const types = inplace
      ? { ...node.types, result: nodeOf({ nodes }, node.inputs[0]).types.result }
      : node.types;
    nodes.push({ ...node, types });
  }
  return { ...graph, nodes };
}
