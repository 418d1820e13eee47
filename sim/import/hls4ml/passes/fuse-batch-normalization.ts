/**
 * Folds a batch normalisation into the dense layer or convolution before it, as hls4ml does where that layer's result
 * type is open and nothing else reads it; the folded weights are 32-bit floats. Normalisations in a row become one.
 *
 * Source: hls4ml 1.3.0, passes `fuse_batch_normalization`, `fuse_consecutive_batch_normalization`.
 */
import type { Graph, Node, Weight } from '../node.ts';
import { nodeOf, readersOf, withNode, withoutNode } from '../node.ts';
import type { Configuration } from '../configuration.ts';

const float = Math.fround;

export function fuseBatchNormalization(graph: Graph, configuration: Configuration): Graph {
  for (const node of graph.nodes) {
    if (node.operation.kind !== 'batch-normalization') continue;
    const before = nodeOf(graph, node.inputs[0]);
    if (before.types.result !== 'auto' || readersOf(graph, before.name).length > 1) continue;
    if (before.operation.kind === 'batch-normalization') {
      const fused = consecutive(before, node);
      return fuseBatchNormalization(withoutNode(withNode(graph, fused), before), configuration);
    }
    const { kind } = before.operation;
    if (kind !== 'dense' && kind !== 'conv') continue;
    const fused = folded(before, node, configuration);
    if (fused) return fuseBatchNormalization(withoutNode(withNode(graph, fused), node), configuration);
  }
  return graph;
}

function consecutive(before: Node, node: Node): Node {
  const [s0, b0] = [before.weights.scale.values, before.weights.bias.values];
  const [s1, b1] = [node.weights.scale.values, node.weights.bias.values];
  const scale = s1.map((value, at) => float(s0[at % s0.length] * value));
  const bias = b1.map((value, at) => float(float(s1[at % s1.length] * b0[at % b0.length]) + value));
  return {
    ...node,
    weights: {
      scale: { ...node.weights.scale, values: scale },
      bias: { ...node.weights.bias, values: bias },
    },
  };
}

/** Undefined where weights are of one bit, or both the weights and the scale, or both biases, have quantisers and none is trivial. */
function folded(before: Node, node: Node, configuration: Configuration): Node | undefined {
  const { weight, bias } = before.weights;
  const { scale, bias: shift } = node.weights;
  if (weight.xnor) return undefined;
  if (!mayFuse(weight, scale, 1) || !mayFuse(quantised(bias), shift, 0)) return undefined;
  const channels = scale.values.length;
  const weights = weight.values.map((value, at) => float(scale.values[at % channels] * value));
  const biases = bias.values.map((value, at) =>
    float(float(scale.values[at % channels] * value) + shift.values[at % channels]),
  );
  const type = (variable: string, own: Weight) => own.type ?? configuration.precision(before, variable);
  const newWeight: Weight = { shape: weight.shape, values: weights, ...typeOf(scale, weight) };
  const newBias: Weight = { shape: bias.shape, values: biases, ...typeOf(shift, quantised(bias)) };
  return {
    ...before,
    weights: { ...before.weights, weight: newWeight, bias: newBias },
    types: { ...before.types, weight: type('weight', newWeight), bias: type('bias', newBias) },
  };
}

/** A bias that does not exist has a type but no quantiser. */
function quantised(bias: Weight): Weight {
  const absent = bias.type?.width === 1 && bias.values.every((value) => value === 0);
  return absent ? { shape: bias.shape, values: bias.values } : bias;
}

function mayFuse(a: Weight, b: Weight, neutral: number): boolean {
  const trivial = (weight: Weight) => weight.values.every((value) => value === neutral);
  if (!a.type && !b.type) return true;
  return (trivial(a) && !a.type) || (trivial(b) && !b.type);
}

function typeOf(first: Weight, second: Weight): Pick<Weight, 'type'> {
  const type = first.type ?? second.type;
  return type ? { type } : {};
}
