/**
 * An ONNX graph's nodes into hls4ml's layers, images turned channels last.
 *
 * Names are those that hls4ml sees after its cleaning: the operator and a count (`MatMul_0`), `Dense_` or `Conv2D_` in
 * front of what has weights. The rows of a matrix behind a flattened image are brought into channels-last order.
 */
import { InputError } from '../../model/index.ts';
import type { SourceGraph } from '../hls4ml/index.ts';
import type { Source } from '../hls4ml/node.ts';
import { checkNode } from './attributes.ts';
import { asWeight, OnnxReader } from './onnx-reader.ts';
import { onnxHandlers } from './operators.ts';
import type { OnnxGraph, OnnxNode } from './proto.ts';

/** Operators before it have other attributes and rules. */
const OLDEST_OPSET = 7;

/** @throws InputError `ONX003` naming node, operator and attribute, `ONX004` for quantisers */
export function readSources(graph: OnnxGraph): SourceGraph {
  if (graph.opset < OLDEST_OPSET)
    throw new InputError({
      code: 'ONX003',
      field: 'opset_import',
      what: `is ${graph.opset}; operators before version ${OLDEST_OPSET} are not supported`,
      mend: 'export the model with a newer opset, or convert it with onnx.version_converter',
    });
  const reader = new OnnxReader(graph.opset);
  for (const [name, tensor] of graph.constants)
    reader.set(name, { kind: 'constant', weight: asWeight(tensor) });
  graph.inputs.forEach(({ name, shape }, index) => readInput(reader, name, shape.slice(1), index));
  const inputs = reader.sources.map(({ name }) => name);
  for (const node of graph.nodes) {
    checkNode(node);
    onnxHandlers[node.operator](reader, node);
  }
  const outputs = graph.outputs.map((name) => {
    const value = reader.get(outputNode(name), 0);
    if (value.kind === 'tensor') return reader.asOnnx(value).node;
    throw new InputError({
      code: 'ONX003',
      field: name,
      what: 'is an output of the model, but constant',
      mend: 'leave it out of the outputs',
    });
  });
  return { name: graph.name || 'onnx', nodes: reader.sources, inputs, outputs };
}

function outputNode(name: string): OnnxNode {
  return { name, operator: 'output', domain: '', inputs: [name], outputs: [name], attributes: new Map() };
}

function readInput(reader: OnnxReader, name: string, shape: readonly number[], index: number): void {
  if (shape.length === 0 || shape.some((size) => size < 1)) {
    throw new InputError({
      code: 'ONX003',
      field: name,
      what: `has shape [${shape.join(', ')}] behind the batch; every size must be given`,
      mend: 'export the model with fixed shapes',
    });
  }
  const input: Source = {
    name: index === 0 ? 'global_in' : `global_in_${index}`,
    className: 'Input',
    operation: { kind: 'input' },
    inputs: [],
    shape,
    weights: {},
  };
  reader.push(outputNode(name), input);
}
