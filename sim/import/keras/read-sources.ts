/** A Keras model's layers, one after the other, into nodes. */
import { InputError } from '../../model/index.ts';
import type { Source } from '../hls4ml/node.ts';
import { Fields } from './fields.ts';
import { LayerReader } from './layer-reader.ts';
import { kerasHandlers } from './layers/index.ts';
import { hgqHandlers } from '../hgq/layers.ts';
import { isSparseClass, onSparse, sparseHandlers, toDense } from '../sparsepixels/keras-layers.ts';
import { qkerasHandlers } from '../qkeras/layers.ts';
import type { KerasFiles } from './files.ts';
import { type KerasLayer, readTopology } from './topology.ts';
import { readVariables } from './variables.ts';

export interface Sources {
  readonly name: string;
  readonly nodes: readonly Source[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const handlers = { ...kerasHandlers, ...qkerasHandlers, ...sparseHandlers };

/** @throws InputError `KER001`.. naming layer and field */
export function readSources({ config, weights, version }: KerasFiles): Sources {
  const model = readTopology(config);
  const variables = readVariables(weights, model.layers);
  const nodes: Source[] = [];
  /** The node that gives the output of a layer. */
  const outputOf = new Map<string, Source>();
  for (const layer of model.layers) {
    const className = layer.className.replace(/^.*>/, '');
    const known = isHgq(layer) ? hgqHandlers : handlers;
    const own = Object.hasOwn(known, className) ? known[className] : undefined;
    if (!own) {
      throw new InputError({
        code: 'KER003',
        layer: layer.name,
        field: 'class_name',
        what: `layers of class '${layer.className}' are not supported`,
        mend: `supported are ${Object.keys(known).join(', ')}`,
      });
    }
    const reads = layer.inputs.map((name) => outputOf.get(name)!);
    const sparse = reads.some((input) => input.sparse) ? onSparse(className, layer) : undefined;
    if (!isSparseClass(className)) needFirstOutputs(layer);
    const keeps = isSparseClass(className) || sparse !== undefined;
    const made: Source[] = [];
    const inputs = reads.map((input, index) => {
      if (keeps || !input.sparse) return input;
      const image = toDense(
        { ...input, sparse: input.sparse },
        `${layer.name}${index === 0 ? '' : `_${index}`}`,
      );
      made.push(...image);
      return image[1];
    });
    const reader = new LayerReader(layer, inputs, version, variables);
    made.push(...(sparse ?? own)(reader));
    refuseOthers(reader, className, sparse !== undefined);
    nodes.push(...made);
    outputOf.set(layer.name, made.at(-1)!);
  }
  const names = (layers: readonly string[]) =>
    layers.map((name) => {
      const found = outputOf.get(name);
      if (found) return found.name;
      throw new InputError({
        code: 'KER001',
        what: `names '${name}' as input or output, which is no layer`,
        mend: 'save the model again',
      });
    });
  return {
    name: model.name,
    ...uniquelyNamed(nodes, names(model.inputs), names(model.outputs), version),
  };
}

/** What a layer on kept pixels leaves to the one that it holds. */
const HELD: Readonly<Record<string, readonly string[]>> = {
  conv_config: [
    ...['activation', 'data_format', 'dilation_rate', 'enable_iq', 'enable_oq', 'filters'],
    ...['groups', 'kernel_size', 'padding', 'strides', 'use_bias'],
  ],
  pool_config: ['data_format', 'padding', 'pool_size', 'strides'],
};
/** Of layers that kept pixels pass through, checked before they are. */
const PASSED = ['activation', 'data_format', 'max_value', 'negative_slope'];

/** No field of a layer is ignored but those that say nothing of its values. @throws InputError `KER003` */
function refuseOthers({ fields, layer }: LayerReader, className: string, onSparse: boolean): void {
  fields.refuseOthers(className, onSparse ? PASSED : []);
  for (const [held, others] of Object.entries(HELD)) {
    const config = layer.config[held];
    if (typeof config === 'object' && config !== null)
      new Fields(layer.name, config as Record<string, unknown>).refuseOthers(`${className}.${held}`, others);
  }
}

/**
 * Names as hls4ml 1.3.0 makes them unique: a second `x` becomes `x_0`. Its list of taken names starts with the
 * letters of "input", so that a layer named `p` becomes `p_0` as well.
 */
function uniquelyNamed(
  nodes: readonly Source[],
  inputs: readonly string[],
  outputs: readonly string[],
  version: 2 | 3,
): Omit<Sources, 'name'> {
  if (version === 2) return { nodes, inputs, outputs };
  const taken = new Set('input');
  const renamed = new Map<string, string>();
  for (const { name } of nodes) {
    let unique = name;
    for (let count = 0; taken.has(unique); count++) unique = `${name}_${count}`;
    taken.add(unique);
    renamed.set(name, unique);
  }
  const rename = (name: string) => renamed.get(name) ?? name;
  return {
    nodes: nodes.map((node) => ({
      ...node,
      name: rename(node.name),
      inputs: node.inputs.map(rename),
      operation:
        'places' in node.operation
          ? { ...node.operation, places: rename(node.operation.places) }
          : node.operation,
      ...(node.sparse ? { sparse: { ...node.sparse, places: rename(node.sparse.places) } } : {}),
    })),
    inputs: inputs.map(rename),
    outputs: outputs.map(rename),
  };
}

/** Layers of one output are read by their first; the others are masks. */
function needFirstOutputs({ name, inputs, tensors = [] }: KerasLayer): void {
  const other = tensors.findIndex((tensor) => tensor > 0);
  if (other < 0) return;
  throw new InputError({
    code: 'KER003',
    layer: name,
    field: 'inputs',
    what: `reads output ${tensors[other]} of '${inputs[other]}'; only the first is supported here`,
    mend: 'read the first output, or use a SparsePixels layer, which reads masks',
  });
}

/** Layers of HGQ2 are registered under its name; QKeras has some of the same class names. */
function isHgq({ config, registeredName }: KerasLayer): boolean {
  return registeredName?.startsWith('hgq>') === true || 'kq_conf' in config;
}
