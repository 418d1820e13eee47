/** The layers of a Keras model and who reads whom, from the configuration of Keras 2 or 3, Sequential or Functional. */
import { z } from 'zod';
import { InputError, readDocument } from '../../model/index.ts';

export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** `hgq>QDense` and the like, for layers that are not Keras' own. */
  readonly registeredName?: string;
  /** Names of the layers whose outputs it reads. */
  readonly inputs: readonly string[];
  /** Which output of each it reads, if that is not always the first. */
  readonly tensors?: readonly number[];
}

export interface KerasModel {
  readonly name: string;
  /** In an order in which every layer stands after its inputs. */
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const layerSchema = z.looseObject({
  class_name: z.string(),
  registered_name: z.string().nullish(),
  config: z.looseObject({ name: z.string().optional() }),
  name: z.string().optional(),
  inbound_nodes: z.array(z.unknown()).optional(),
});
const modelSchema = z.looseObject({
  class_name: z.string(),
  config: z.union([
    z.array(layerSchema), // Sequential before Keras 2.3
    z.looseObject({
      name: z.string().optional(),
      layers: z.array(layerSchema),
      input_layers: z.unknown().optional(),
      output_layers: z.unknown().optional(),
    }),
  ]),
});
type LayerEntry = z.output<typeof layerSchema>;

/** @throws InputError `KER001` (not a Keras configuration), `KER003` (a sort of model or wiring that is not supported) */
export function readTopology(json: unknown): KerasModel {
  const { class_name: className, config } = readDocument('KER001', modelSchema, json);
  const { name = 'model', layers } = Array.isArray(config) ? { layers: config } : config;
  if (layers.length === 0) throw new InputError({ code: 'KER001', field: 'config.layers', what: 'is empty' });
  if (className === 'Sequential') return sequential(name, layers);
  if ((className === 'Functional' || className === 'Model') && !Array.isArray(config)) {
    return {
      name,
      layers: inOrder(layers.map(functionalLayer)),
      inputs: tensorNames(config.input_layers),
      outputs: tensorNames(config.output_layers),
    };
  }
  throw new InputError({
    code: 'KER003',
    field: 'class_name',
    what: `a model of class '${className}' is not supported`,
    mend: 'save it as a Sequential or Functional model',
  });
}

function sequential(name: string, entries: readonly LayerEntry[]): KerasModel {
  const layers = entries.map((entry, index) => ({
    name: entry.config.name ?? entry.name ?? `layer_${index}`,
    className: entry.class_name,
    config: entry.config,
    ...registration(entry),
    inputs: [] as string[],
  }));
  if (layers[0].className !== 'InputLayer') {
    // Keras before 2.4 states the input in its first layer
    const { config } = layers[0];
    layers.unshift({
      name: 'input1',
      className: 'InputLayer',
      config: { name: 'input1', batch_input_shape: config.batch_input_shape ?? config.batch_shape },
      inputs: [],
    });
  }
  layers.slice(1).forEach((layer, index) => layer.inputs.push(layers[index].name));
  return { name, layers, inputs: [layers[0].name], outputs: [layers.at(-1)!.name] };
}

function registration({ registered_name: name }: LayerEntry): Pick<KerasLayer, 'registeredName'> {
  return typeof name === 'string' ? { registeredName: name } : {};
}

function functionalLayer(entry: LayerEntry): KerasLayer {
  const { class_name: className, config, inbound_nodes: nodes = [] } = entry;
  const name = entry.name ?? config.name ?? className;
  if (nodes.length > 1) {
    throw new InputError({
      code: 'KER003',
      layer: name,
      field: 'inbound_nodes',
      what: `is called ${nodes.length} times in the model; shared layers are not supported`,
      mend: 'make one layer for each call',
    });
  }
  const reads: TensorReference[] = [];
  collectReads(nodes[0], reads);
  const tensors = reads.map(([, , tensor]) => tensor);
  return {
    name,
    className,
    config,
    inputs: reads.map(([from]) => from),
    ...(tensors.some((tensor) => tensor > 0) ? { tensors } : {}),
    ...registration(entry),
  };
}

type TensorReference = readonly [layer: string, node: number, tensor: number];

/** The tensors in an inbound node: `["name", 0, 0, {}]` in Keras 2, `keras_history` of a tensor in Keras 3. */
function collectReads(node: unknown, into: TensorReference[]): void {
  if (Array.isArray(node)) {
    if (isTensorReference(node)) into.push(node);
    else node.forEach((item) => collectReads(item, into));
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { config } = node as { config?: { keras_history?: unknown } };
  if (isTensorReference(config?.keras_history)) into.push(config.keras_history);
  else Object.values(node).forEach((item) => collectReads(item, into));
}

function isTensorReference(value: unknown): value is TensorReference {
  return (
    Array.isArray(value) &&
    typeof value[0] === 'string' &&
    typeof value[1] === 'number' &&
    typeof value[2] === 'number'
  );
}

function tensorNames(value: unknown): string[] {
  const reads: TensorReference[] = [];
  collectReads(value, reads);
  return reads.map(([name]) => name);
}

/** Layers sorted so that inputs come first; otherwise in the file's order. */
function inOrder(layers: readonly KerasLayer[]): KerasLayer[] {
  const sorted: KerasLayer[] = [];
  const done = new Set<string>();
  let left = [...layers];
  while (left.length > 0) {
    const next = left.find(({ inputs }) => inputs.every((name) => done.has(name)));
    if (!next) {
      const [{ name, inputs }] = left;
      const missing = inputs.filter((input) => !done.has(input)).join(', ');
      throw new InputError({
        code: 'KER001',
        layer: name,
        what: `reads ${missing}, which is not there`,
        mend: 'save the model again',
      });
    }
    sorted.push(next);
    done.add(next.name);
    left = left.filter((layer) => layer !== next);
  }
  return sorted;
}
