/** What the handlers of ONNX operators share: the values of the graph so far, names, refusals. */
import { InputError } from '../../model/index.ts';
import { elements } from '../../model/layer-kind.ts';
import type { Source, Weight } from '../hls4ml/node.ts';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './proto.ts';

/** What a value of the graph is: a constant, or the output of a node. */
export type Value =
  | { readonly kind: 'constant'; readonly weight: Weight }
  | {
      readonly kind: 'tensor';
      readonly node: string;
      /** As the Model has it: channels last for images. */
      readonly shape: readonly number[];
      /** An image that ONNX holds channels first. */
      readonly image: boolean;
      /** Set for a flattened image: its [height, width, channels] in the Model. */
      readonly flattened?: readonly number[];
    };
export type TensorValue = Extract<Value, { kind: 'tensor' }>;

/** What an operator's handler sees and does. */
export class OnnxReader {
  readonly sources: Source[] = [];
  private readonly values = new Map<string, Value>();
  private readonly counts = new Map<string, number>();

  /** The name hls4ml gives the next node of an operator. */
  nextName(operator: string): string {
    const count = this.counts.get(operator) ?? 0;
    this.counts.set(operator, count + 1);
    return `${operator}_${count}`;
  }

  set(name: string, value: Value): void {
    this.values.set(name, value);
  }

  get(node: OnnxNode, index: number): Value {
    const value = this.values.get(node.inputs[index] ?? '');
    if (value) return value;
    throw new InputError({
      code: 'ONX003',
      layer: node.name || node.operator,
      field: `input ${index}`,
      what: `'${node.inputs[index] ?? ''}' is written by no node before it`,
    });
  }

  tensor(node: OnnxNode, index = 0): TensorValue {
    const value = this.get(node, index);
    if (value.kind === 'tensor') return value;
    throw refusal(node, `input ${index}`, 'is a constant, which is not supported there');
  }

  constant(node: OnnxNode, index: number): Weight {
    const value = this.get(node, index);
    if (value.kind === 'constant') return value.weight;
    throw refusal(node, `input ${index}`, 'must be a constant');
  }

  has(node: OnnxNode, index: number): boolean {
    return (node.inputs[index] ?? '') !== '';
  }

  /** Adds a layer; it gives the node's first output. */
  push(node: OnnxNode, source: Source, image: boolean, flattened?: readonly number[]): void {
    this.sources.push(source);
    this.set(node.outputs[0], {
      kind: 'tensor',
      node: source.name,
      shape: source.shape,
      image,
      ...(flattened ? { flattened } : {}),
    });
  }
}

export function refusal(node: OnnxNode, field: string, what: string, mend?: string): InputError {
  return new InputError({
    code: 'ONX003',
    layer: node.name || node.outputs[0],
    field: `${node.operator}.${field}`,
    what,
    ...(mend === undefined ? {} : { mend }),
  });
}

export function numbersOf(attribute: OnnxAttribute | undefined): readonly number[] | undefined {
  return Array.isArray(attribute) ? (attribute as readonly number[]) : undefined;
}

export function asWeight({ shape, values, bits, signed }: OnnxTensor): Weight {
  return {
    shape,
    values,
    ...(bits === undefined ? {} : { bits }),
    ...(signed === undefined ? {} : { signed }),
  };
}

export type OnnxHandler = (reader: OnnxReader, node: OnnxNode) => void;

/** A matrix [inputs, outputs] whose rows follow [channels, height, width], brought into the order of the Model's image. */
export function rowsChannelsLast(weight: Weight, image: readonly number[]): Weight {
  const [inputs, outputs] = weight.shape;
  const channels = image.at(-1)!;
  const pixels = elements(image) / channels;
  const values = new Float64Array(weight.values.length);
  for (let row = 0; row < inputs; row++) {
    const from = (row % channels) * pixels + Math.floor(row / channels);
    for (let column = 0; column < outputs; column++)
      values[row * outputs + column] = weight.values[from * outputs + column];
  }
  return { ...weight, values };
}
