/**
 * A dense layer over the last of several axes is a convolution with a window of one pixel.
 *
 * Source: hls4ml 1.3.0, pass `replace_multidimensional_dense_with_conv`.
 */
import { InputError } from '../../../model/index.ts';
import { type Graph, NO_PADDING, type Node } from '../node.ts';

export function replaceWideDense(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) =>
      node.operation.kind === 'dense' && node.shape.length > 1 ? toConvolution(node) : node,
    ),
  };
}

function toConvolution(node: Node): Node {
  const axes = node.shape.length - 1;
  if (axes > 2) {
    throw new InputError({
      code: 'IMP020',
      layer: node.name,
      field: 'input',
      what: `a dense layer over ${node.shape.length} axes is not supported, at most 3`,
      mend: 'reshape its input',
    });
  }
  const { weight } = node.weights;
  const shape = [...Array.from({ length: axes }, () => 1), ...weight.shape];
  return {
    ...node,
    className: `Conv${axes}D`,
    operation: { kind: 'conv', depthwise: false, window: [1, 1], stride: [1, 1], padding: NO_PADDING },
    weights: { ...node.weights, weight: { ...weight, shape } },
  };
}
