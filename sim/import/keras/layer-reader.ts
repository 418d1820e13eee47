/** What a layer handler is given: the layer's fields, its input shapes and its variables. */
import { InputError } from '../../model/index.ts';
import type { Operation, Source, Weight } from '../hls4ml/node.ts';
import { Fields } from './fields.ts';
import type { KerasLayer } from './topology.ts';
import { missing, type Variables } from './variables.ts';

export class LayerReader {
  readonly layer: KerasLayer;
  readonly fields: Fields;
  /** Names of the nodes that it reads. */
  readonly inputs: readonly string[];
  /** Those nodes. */
  readonly sources: readonly Source[];
  /** Without the batch. */
  readonly inputShapes: readonly (readonly number[])[];
  /** Major version of Keras whose rules hls4ml follows for the file. */
  readonly version: 2 | 3;
  private readonly variables: Variables;

  constructor(layer: KerasLayer, inputs: readonly Source[], version: 2 | 3, variables: Variables) {
    this.layer = layer;
    this.fields = new Fields(layer.name, layer.config);
    this.sources = inputs;
    this.inputs = inputs.map(({ name }) => name);
    this.inputShapes = inputs.map(({ shape }) => shape);
    this.version = version;
    this.variables = variables;
  }

  /** The shape of the only input. */
  get inputShape(): readonly number[] {
    if (this.inputShapes.length === 1) return this.inputShapes[0];
    throw new InputError({
      code: 'KER001',
      layer: this.layer.name,
      what: `reads ${this.inputShapes.length} tensors, expected one`,
      mend: 'call it on one tensor',
    });
  }

  /** @throws InputError `KER004` if the file does not hold it, `KER005` if its shape is not the expected one */
  weight(name: string, index: number, shape: readonly number[], path: readonly string[] = []): Weight {
    const found = this.variables(this.layer, { name, index, path });
    if (!found) throw missing(this.layer.name, name);
    if (found.shape.length === shape.length && found.shape.every((size, axis) => size === shape[axis]))
      return found;
    throw new InputError({
      code: 'KER005',
      layer: this.layer.name,
      field: name,
      what: `has shape [${found.shape.join(', ')}], the layer needs [${shape.join(', ')}]`,
      mend: 'save configuration and weights of one model together',
    });
  }

  /** A variable whose shape only the file tells. @throws InputError `KER004` */
  anyWeight(name: string, index: number, path: readonly string[] = []): Weight {
    const found = this.variables(this.layer, { name, index, path });
    if (!found) throw missing(this.layer.name, name);
    return found;
  }

  /** The node of this layer. */
  source(
    className: string,
    operation: Operation,
    shape: readonly number[],
    rest: Pick<Partial<Source>, 'weights' | 'types' | 'name' | 'inputs' | 'sparse'> = {},
  ): Source {
    return { name: this.layer.name, className, operation, inputs: this.inputs, shape, weights: {}, ...rest };
  }
}

/** Reads one sort of layers into nodes, the last of which is its output. */
export type LayerHandler = (reader: LayerReader) => readonly Source[];
