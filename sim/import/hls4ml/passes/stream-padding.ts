/**
 * In a stream a padded convolution becomes a padding layer and an unpadded convolution.
 *
 * Source: hls4ml 1.3.0, passes `insert_zero_padding_before_conv1d`, `..._conv2d`.
 */
import { type Graph, NO_PADDING, type Node, nodeOf } from '../node.ts';

export function padBeforeConvolutions(graph: Graph): Graph {
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const { operation } = node;
    if (operation.kind !== 'conv' || Object.values(operation.padding).every((size) => size === 0))
      return [node];
    const before = nodeOf(graph, node.inputs[0]);
    const { padding } = operation;
    const oneAxis = node.shape.length === 2;
    const sizes = oneAxis ? [1, ...before.shape] : before.shape;
    const padded = [
      sizes[0] + padding.top + padding.bottom,
      sizes[1] + padding.left + padding.right,
      sizes[2],
    ];
    const name = `${oneAxis ? 'zp1d' : 'zp2d'}_${node.name}`;
    const pad: Node = {
      name,
      className: oneAxis ? 'ZeroPadding1D' : 'ZeroPadding2D',
      operation: { kind: 'zero-pad', padding },
      inputs: node.inputs,
      shape: oneAxis ? padded.slice(1) : padded,
      weights: {},
      types: { result: before.types.result },
    };
    return [pad, { ...node, inputs: [name], operation: { ...operation, padding: NO_PADDING } }];
  });
  return { ...graph, nodes };
}
