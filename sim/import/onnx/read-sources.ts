/**
 * An ONNX graph's nodes into hls4ml's layers, images turned channels last.
 *
 * Names are those that hls4ml sees after its cleaning: the operator and a count (`MatMul_0`), `Dense_` or `Conv2D_` in
 * front of what has weights. The rows of a matrix behind a flattened image are brought into channels-last order.
 */
import { InputError } from '../../model/index.ts';
import type { SourceGraph } from '../hls4ml/index.ts';
import type { Source } from '../hls4ml/node.ts';
import { asWeight, OnnxReader, refusal } from './onnx-reader.ts';
import { onnxHandlers } from './operators.ts';
import type { OnnxGraph } from './proto.ts';

/** @throws InputError `ONX003` naming node, operator and attribute, `ONX004` for quantisers */
export function readSources(graph: OnnxGraph): SourceGraph {
  const reader = new OnnxReader();
  for (const [name, tensor] of graph.constants)
    reader.set(name, { kind: 'constant', weight: asWeight(tensor) });
  graph.inputs.forEach(({ name, shape }, index) => readInput(reader, name, shape.slice(1), index));
  const inputs = reader.sources.filter(({ operation }) => operation.kind === 'input').map(({ name }) => name);
  for (const node of graph.nodes) {
    const handler = Object.hasOwn(onnxHandlers, node.operator) ? onnxHandlers[node.operator] : undefined;
    if (!handler)
      throw refusal(
        node,
        'op_type',
        'is not supported',
        `supported are ${Object.keys(onnxHandlers).join(', ')}`,
      );
    handler(reader, node);
  }
  const outputs = graph.outputs.map((name) => {
    const value = reader.get(
      { name: '', operator: 'output', domain: '', inputs: [name], outputs: [name], attributes: new Map() },
      0,
    );
    if (value.kind === 'tensor') return value.node;
    throw new InputError({ code: 'ONX003', field: name, what: 'is an output of the model, but constant' });
  });
  return { name: graph.name || 'onnx', nodes: reader.sources, inputs, outputs };
}

/** An input; images, which ONNX holds as [channels, height, width], are transposed behind it. */
function readInput(reader: OnnxReader, name: string, shape: readonly number[], index: number): void {
  if (shape.length === 0 || shape.some((size) => size < 1)) {
    throw new InputError({
      code: 'ONX003',
      field: name,
      what: `has shape [${shape.join(', ')}] behind the batch; every size must be given`,
      mend: 'export the model with fixed shapes',
    });
  }
  const own = index === 0 ? 'global_in' : `global_in_${index}`;
  const input: Source = {
    name: own,
    className: 'Input',
    operation: { kind: 'input' },
    inputs: [],
    shape,
    weights: {},
  };
  reader.sources.push(input);
  if (shape.length === 1) {
    reader.set(name, { kind: 'tensor', node: own, shape, image: false });
    return;
  }
  const permutation = [...shape.keys()].slice(1).concat(0);
  const transposed: Source = {
    name: reader.nextName('Transpose'),
    className: 'Transpose',
    operation: { kind: 'transpose', permutation },
    inputs: [own],
    shape: permutation.map((axis) => shape[axis]),
    weights: {},
  };
  reader.sources.push(transposed);
  reader.set(name, { kind: 'tensor', node: transposed.name, shape: transposed.shape, image: true });
}
