/** The arrays, types and weights of a project, as the calls of its top function refer to them. */
import { type FixedFormat, parseFormat } from 'fixed-point-ts';
import { join } from 'node:path';
import { InputError } from '../../model/index.ts';
import { elements } from '../../model/layer-kind.ts';
import type { Node, Operation, Weight } from '../hls4ml/node.ts';
import { readBytes } from '../read-json.ts';
import type { Call, Config, Top } from './cpp-text.ts';

const WRITE_AGAIN = 'mend it in the files under firmware, or let hls4ml write the project again';

export class ProjectReader {
  readonly nodes: Node[] = [];
  readonly inputs: string[] = [];
  /** Settings that the configuration keeps beside the types: table sizes, implementations. */
  readonly settings: Record<string, Record<string, unknown>> = {};
  /** Which node made the coordinates in an array. */
  readonly coordinates = new Map<string, string>();
  private readonly written = new Map<string, Node>();
  private readonly folder: string;
  private readonly top: Top;
  private readonly types: ReadonlyMap<string, FixedFormat>;
  private readonly configs: ReadonlyMap<string, Config>;
  private readonly constants: ReadonlyMap<string, number>;

  constructor(
    folder: string,
    top: Top,
    types: ReadonlyMap<string, FixedFormat>,
    configs: ReadonlyMap<string, Config>,
    constants: ReadonlyMap<string, number> = new Map(),
  ) {
    this.folder = folder;
    this.top = top;
    this.types = types;
    this.configs = configs;
    this.constants = constants;
  }

  refusal(call: Call, field: string, what: string, mend = WRITE_AGAIN): InputError {
    return new InputError({
      code: 'PRJ003',
      layer: call.name,
      field: `nnet::${call.function}, ${field}`,
      what,
      mend,
    });
  }

  /** @throws InputError `PRJ003` */
  type(call: Call, name: string | undefined): FixedFormat {
    const type = this.types.get(name ?? '');
    if (type) return type;
    // spelled out where it is used
    if (name?.endsWith('>') === true) return parseFormat(name);
    throw this.refusal(call, name ?? 'type', 'is defined nowhere in defines.h');
  }

  config(call: Call): Config {
    const name = call.types.at(-1)!;
    const config = this.configs.get(name);
    if (config) return config;
    throw this.refusal(call, name, 'is defined nowhere in parameters.h');
  }

  /** A number of the call's configuration. @throws InputError `PRJ003` if it is missing or no number */
  number(call: Call, field: string, fallback?: number): number {
    const text = this.config(call).constants[field];
    const value = Number(text);
    if (text !== undefined && Number.isFinite(value)) return value;
    if (text === undefined && fallback !== undefined) return fallback;
    throw this.refusal(
      call,
      field,
      text === undefined ? 'is missing in parameters.h' : `is '${text}', expected a number`,
    );
  }

  /** A number as it stands in the text, by the name of a constant, or converted to a type; undefined if it is none. */
  constant(text: string): number | undefined {
    const bare = /^(?:\w+\s*\(\s*|\(\s*\w+\s*\)\s*)?(-?[\w.]+?)f?\s*\)?$/.exec(text.trim())?.[1] ?? text;
    const value = this.constants.get(bare) ?? Number(bare);
    return Number.isFinite(value) ? value : undefined;
  }

  /** Types that the configuration names, by hls4ml's names without `_t`, as far as they are defined. */
  namedTypes(call: Call, names: readonly string[]): Record<string, FixedFormat> {
    const config = this.config(call);
    return Object.fromEntries(
      names.flatMap((name) => {
        const type = config.types[`${name}_t`];
        return type === undefined ? [] : [[name, this.type(call, type)]];
      }),
    );
  }

  /** The node that wrote an array; an input becomes one when it is first read. A needed shape is made by a reshape. */
  read(call: Call, argument: string, shape?: readonly number[]): Node {
    const name = this.top.aliases.has(argument) ? this.top.aliases.get(argument)! : argument;
    if (name !== argument) return this.read(call, name, shape);
    const node = this.written.get(name) ?? this.readInput(call, name, shape);
    if (!shape || node.shape.join() === shape.join()) return node;
    if (elements(shape) !== elements(node.shape)) {
      throw this.refusal(
        call,
        argument,
        `has ${elements(node.shape)} values, the layer needs [${shape.join(', ')}]`,
      );
    }
    const reshaped: Node = {
      name: `${node.name}.as.${shape.join('x')}`,
      className: 'Reshape',
      operation: { kind: 'reshape' },
      inputs: [node.name],
      shape,
      weights: {},
      types: { result: node.types.result },
    };
    if (!this.nodes.some((known) => known.name === reshaped.name)) this.nodes.push(reshaped);
    return reshaped;
  }

  private readInput(call: Call, name: string, shape: readonly number[] | undefined): Node {
    const parameter = this.top.parameters.find((own) => own.name === name);
    if (!parameter) throw this.refusal(call, name, 'is written by no call before it');
    const own = shape ?? (parameter.size === undefined ? undefined : [parameter.size]);
    if (!own) throw this.refusal(call, name, 'is a stream whose size nothing says');
    const node: Node = {
      name,
      className: 'Input',
      operation: { kind: 'input' },
      inputs: [],
      shape: own,
      weights: {},
      types: { result: this.type(call, parameter.type) },
    };
    this.nodes.push(node);
    this.inputs.push(name);
    this.written.set(name, node);
    return node;
  }

  /** Adds the node of a call, written to `array`. */
  write(
    call: Call,
    array: string,
    node: Pick<Node, 'className' | 'inputs' | 'shape' | 'sparse'> & {
      operation: Operation;
      weights?: Node['weights'];
      types: Record<string, FixedFormat>;
    },
  ): void {
    const made: Node = { name: call.name, weights: {}, ...node };
    this.nodes.push(made);
    this.written.set(array, made);
  }

  /** The same values under another name. */
  alias(array: string, node: Node): void {
    this.written.set(array, node);
  }

  /** Weights from their text file. @throws InputError `IMP001`, `PRJ004` */
  weight(call: Call, array: string, shape: readonly number[]): { weight: Weight; type: FixedFormat } {
    const known = this.top.weights.get(array);
    if (!known) {
      throw this.refusal(
        call,
        array,
        'is loaded from no file',
        `load it in the top function, as in nnet::load_weights_from_txt<..., ${elements(shape)}>(${array}, "${array}.txt"), or write the project again`,
      );
    }
    const file = join(this.folder, 'weights', known.file);
    const values = Float64Array.from(readBytes(file).toString('utf8').split(','), (text) =>
      Number(text.trim()),
    );
    if (values.length !== elements(shape) || !values.every(Number.isFinite)) {
      throw new InputError({
        code: 'PRJ004',
        file,
        layer: call.name,
        what: `holds ${values.length} values, expected ${elements(shape)} numbers`,
        mend: 'write the project again, with its weights as text',
      });
    }
    return { weight: { shape, values }, type: this.type(call, known.type) };
  }

  nodeOf(array: string): Node | undefined {
    return this.written.get(this.top.aliases.get(array) ?? array);
  }
}
