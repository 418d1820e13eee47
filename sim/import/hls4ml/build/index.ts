/** Settled nodes -> the layers, tensors and constants of a Model. */
import { type FixedFormat, fromNumber } from 'fixed-point-ts';
import { InputError, type Model, MODEL_SCHEMA, verifyModel } from '../../../model/index.ts';
import type { Configuration } from '../configuration.ts';
import { inverseRootTable } from '../../../model/tables.ts';
import { type Graph, type Node, nodeOf } from '../node.ts';
import { buildActivation } from './activation.ts';
import { buildEinsum, buildEinsumDense } from './einsum.ts';
import { ModelBuilder } from './model-builder.ts';
import { buildRecurrent } from './recurrent.ts';
import { buildSoftmax } from './softmax.ts';
import { buildSparse, typesOfElements } from './sparse.ts';

/** @throws InputError `IMP02x` for what has no layer kind */
export function buildModel(graph: Graph, configuration: Configuration, source: string): Model {
  const builder = new ModelBuilder(configuration, graph);
  for (const node of graph.nodes) {
    builder.output(node);
    if (node.operation.kind === 'input') continue;
    const inputs = node.inputs.map((name) => nodeOf(graph, name));
    buildLayer(builder, node, inputs);
  }
  return verifyModel({
    schema: MODEL_SCHEMA,
    name: graph.name,
    source,
    inputs: graph.inputs,
    outputs: graph.outputs,
    tensors: builder.tensors,
    layers: builder.layers,
    constants: builder.constants,
  });
}

function buildLayer(builder: ModelBuilder, node: Node, inputs: readonly Node[]): void {
  const { operation } = node;
  const base = builder.base(node);
  const x = builder.type(inputs[0], 'result');
  switch (operation.kind) {
    case 'dense':
      builder.layers.push({
        ...builder.shared(node),
        kind: 'dense',
        accumulator: builder.accumulator(node, x),
        weights: builder.weight(node, 'weight'),
        bias: builder.weight(node, 'bias'),
      });
      return;
    case 'conv': {
      const { window, stride, padding, depthwise } = operation;
      const [channels, filters] = node.weights.weight.shape.slice(-2);
      const shape = depthwise ? [...window, channels] : [...window, channels, filters];
      const layer = {
        ...base,
        window,
        stride,
        padding,
        accumulator: builder.accumulator(node, x),
        weights: builder.weight(node, 'weight', shape),
        bias: builder.weight(node, 'bias'),
      };
      if (depthwise) builder.layers.push({ ...layer, kind: 'depthwise-conv2d' });
      else builder.layers.push({ ...layer, ...builder.shared(node), kind: 'conv2d' });
      return;
    }
    case 'pool':
      return buildPool(builder, node, inputs[0]);
    case 'activation':
      return buildActivation(builder, node, x);
    case 'softmax':
      return buildSoftmax(builder, node, x);
    case 'lookup':
      return buildLookUp(builder, node, x);
    case 'batch-normalization':
      builder.layers.push({
        ...base,
        kind: 'scale-shift',
        scale: builder.weight(node, 'scale'),
        shift: builder.weight(node, 'bias'),
      });
      return;
    case 'merge':
      builder.layers.push({ ...base, kind: 'merge', operation: operation.operation });
      return;
    case 'concatenate':
      builder.layers.push({ ...base, kind: 'concatenate', axis: operation.axis });
      return;
    case 'dot':
      builder.layers.push({ ...base, kind: 'dot', accumulator: builder.type(node, 'accum') });
      return;
    case 'reshape':
      if (node.shape.length === 1) builder.layers.push({ ...builder.shared(node), kind: 'flatten' });
      else builder.layers.push({ ...base, kind: 'reshape' });
      return;
    case 'transpose':
      builder.layers.push({ ...base, kind: 'transpose', permutation: operation.permutation });
      return;
    case 'zero-pad':
      builder.layers.push({ ...builder.shared(node), kind: 'zero-pad2d', padding: operation.padding });
      return;
    case 'crop':
      builder.layers.push({ ...base, kind: 'crop2d', crop: operation.padding });
      return;
    case 'resize':
      builder.layers.push({ ...base, kind: 'resize2d', factor: operation.factor });
      return;
    case 'embedding':
      builder.layers.push({ ...base, kind: 'embedding', rows: builder.weight(node, 'embeddings') });
      return;
    case 'layer-normalization':
      return buildLayerNormalization(builder, node);
    case 'recurrent':
      return buildRecurrent(builder, node);
    case 'quantizer':
      return buildQuantizer(builder, node);
    case 'sparse-quantizer':
    case 'sparse-reduce':
    case 'sparse-conv':
    case 'sparse-pool':
    case 'sparse-flatten':
      return buildSparse(builder, node, inputs[0]);
    case 'einsum-dense':
      return buildEinsumDense(builder, node, inputs[0]);
    case 'einsum':
      return buildEinsum(builder, node, inputs);
    case 'input':
      return;
    default:
      return operation satisfies never;
  }
}

function buildPool(builder: ModelBuilder, node: Node, input: Node): void {
  if (node.operation.kind !== 'pool') return;
  const { window, stride, padding, reduce, global } = node.operation;
  const base = builder.shared(node);
  // a global pool gives a vector, a pool an image: one pixel of it
  const pooled = global ? `${node.name}.pixel` : node.name;
  if (global) {
    const pixel = input.shape.map((size, axis) => (axis === input.shape.length - 1 ? size : 1));
    builder.tensors[pooled] = { shape: pixel, type: builder.type(node, 'result') };
  }
  const layer = { ...base, outputs: [pooled], window, stride, padding };
  if (reduce === 'max') builder.layers.push({ ...layer, kind: 'max-pool2d' });
  else {
    builder.layers.push({ ...layer, kind: 'average-pool2d', accumulator: builder.type(node, 'accum') });
  }
  if (!global) return;
  builder.layers.push({ ...base, name: `${node.name}.flatten`, inputs: [pooled], kind: 'flatten' });
}

/** @throws InputError `IMP031` where the input has more values than the table entries */
function buildLookUp(builder: ModelBuilder, node: Node, x: FixedFormat): void {
  const table = builder.weight(node, 'table');
  const size = node.weights.table.values.length;
  if (2 ** x.width > size) {
    throw new InputError({
      code: 'IMP031',
      layer: node.name,
      field: 'table',
      what: `has ${size} entries, its input has ${x.width} bits: the firmware would read beyond it`,
      mend: 'let no other layer read what this one reads',
    });
  }
  builder.layers.push({ ...builder.base(node), kind: 'lookup', table });
}

function buildLayerNormalization(builder: ModelBuilder, node: Node): void {
  if (node.operation.kind !== 'layer-normalization') return;
  const accumulator = builder.type(node, 'accum');
  const tableType = builder.type(node, 'table');
  const size = builder.setting(node, 'TableSize', 4096);
  const rangePower = builder.configuration.attribute(node, 'TableRangePower2') ?? 0;
  const power = typeof rangePower === 'number' ? rangePower : 0;
  const epsilonPower = -Math.round(Math.log10(node.operation.epsilon));
  builder.layers.push({
    ...builder.base(node),
    kind: 'layer-normalization',
    accumulator,
    inverseCount: { type: accumulator, raw: fromNumber(1 / node.shape[1], accumulator) },
    table: builder.constant(
      `${node.name}.table`,
      [size],
      tableType,
      inverseRootTable(size, epsilonPower, power, tableType),
    ),
    rangePower: power,
    scale: builder.weight(node, 'scale'),
    shift: builder.weight(node, 'bias'),
  });
}

function buildQuantizer(builder: ModelBuilder, node: Node): void {
  if (node.operation.kind !== 'quantizer') return;
  if (builder.configuration.backend.io === 'stream') {
    throw new InputError({
      code: 'IMP029',
      layer: node.name,
      field: 'IOType',
      what: 'a quantiser with a width for every element needs io_parallel',
      mend: 'set IOType to io_parallel, or share widths along all axes',
    });
  }
  builder.layers.push({ ...builder.base(node), kind: 'quantize', ...typesOfElements(node.operation) });
}
