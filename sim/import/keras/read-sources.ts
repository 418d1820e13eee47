/** A Keras model's layers, one after the other, into nodes. */
import { InputError } from '../../model/index.ts';
import type { Source } from '../hls4ml/node.ts';
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
    made.push(...(sparse ?? own)(new LayerReader(layer, inputs, version, variables)));
    nodes.push(...made);
    outputOf.set(layer.name, made.at(-1)!);
  }
  const names = (layers: readonly string[]) =>
    layers.map((name) => {
      const found = outputOf.get(name);
      if (found) return found.name;
      throw new InputError({ code: 'KER001', what: `names '${name}' as input or output, which is no layer` });
    });
  return {
    name: model.name,
    ...uniquelyNamed(nodes, names(model.inputs), names(model.outputs), version),
  };
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
  });
}

/** Layers of HGQ2 are registered under its name; QKeras has some of the same class names. */
function isHgq({ config, registeredName }: KerasLayer): boolean {
  return registeredName?.startsWith('hgq>') === true || 'kq_conf' in config;
}
