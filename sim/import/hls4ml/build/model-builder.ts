/** Collects tensors, constants and layers of a Model from settled nodes. */
import { fixed, type FixedFormat } from 'fixed-point-ts';
import { type Constant, InputError, type Layer, type Tensor } from '../../../model/index.ts';
import type { Configuration } from '../configuration.ts';
import type { Graph, Node } from '../node.ts';
import { roundWeight } from '../round-weight.ts';

export class ModelBuilder {
  readonly tensors: Record<string, Tensor> = {};
  readonly constants: Record<string, Constant> = {};
  readonly layers: Layer[] = [];
  readonly configuration: Configuration;

  private readonly bitExact: boolean;

  readonly sparseDialect: NonNullable<Graph['sparseDialect']>;

  constructor(configuration: Configuration, { bitExact = false, sparseDialect }: Graph) {
    this.configuration = configuration;
    this.bitExact = bitExact;
    this.sparseDialect = sparseDialect ?? 'sparsepixels-0.3.2';
  }

  /** Adds the tensor that a node writes. */
  output(node: Node): void {
    this.tensors[node.name] = { shape: node.shape, type: this.type(node, 'result') };
  }

  /** A type of a node, which must be settled by now. */
  type(node: Node, name: string): FixedFormat {
    const type = node.types[name];
    if (type === undefined || type === 'auto')
      throw new Error(`type '${name}' of '${node.name}' is not settled`);
    return type;
  }

  /** Name, dialect, inputs and outputs that every layer of a node has. */
  base(node: Node): Pick<Layer, 'name' | 'inputs' | 'outputs'> & { readonly dialect: 'hls4ml-1.3.0' } {
    return { name: node.name, dialect: 'hls4ml-1.3.0', inputs: node.inputs, outputs: [node.name] };
  }

  /** As {@link base}, for kinds that both versions of hls4ml have. */
  shared(node: Node): Pick<Layer, 'name' | 'inputs' | 'outputs'> & {
    readonly dialect: 'hls4ml-1.0.0' | 'hls4ml-1.3.0';
  } {
    return { ...this.base(node), dialect: this.configuration.backend.dialect };
  }

  /** A weight as it stands in the firmware. @returns the constant's name */
  weight(node: Node, name: string, shape = node.weights[name].shape): string {
    const type = this.type(node, name);
    const raw = Array.from(node.weights[name].values, (value) => {
      if (Number.isFinite(value)) return roundWeight(value, type);
      throw new InputError({
        code: 'IMP021',
        layer: node.name,
        field: name,
        what: `holds ${value}, which no fixed-point type holds`,
        mend: 'train the model again, or clip its weights',
      });
    });
    return this.constant(`${node.name}.${name}`, shape, type, raw);
  }

  constant(name: string, shape: readonly number[], type: FixedFormat, raw: readonly bigint[]): string {
    this.constants[name] = { shape, type, raw };
    return name;
  }

  /** The accumulator's type; distributed arithmetic sums exactly, whatever the configuration says. */
  accumulator(node: Node, x: FixedFormat): FixedFormat {
    const type = this.type(node, 'accum');
    if (this.bitExact || !this.configuration.isDistributedArithmetic(node)) return type;
    const [weight, bias] = [this.type(node, 'weight'), this.type(node, 'bias')];
    const terms = node.weights.weight.shape.slice(0, -1).reduce((a, b) => a * b, 1);
    const fraction = Math.max(
      x.width - x.integerBits + weight.width - weight.integerBits,
      bias.width - bias.integerBits,
    );
    const integer =
      Math.max(x.integerBits + weight.integerBits + Math.ceil(Math.log2(terms)), bias.integerBits) + 3;
    return fixed(integer + fraction, integer);
  }

  /** A whole number among a layer's own settings. @throws InputError `CFG005` */
  setting(node: Node, name: string, fallback: number): number {
    const value = this.configuration.attribute(node, name) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
    throw new InputError({
      code: 'CFG005',
      layer: node.name,
      field: name,
      what: `is ${JSON.stringify(value)}, expected a whole number of at least 1`,
    });
  }
}
