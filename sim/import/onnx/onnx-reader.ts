/** What the handlers of ONNX operators share: the values of the graph so far and their order in memory, names, refusals. */
import { InputError } from '../../model/index.ts';
import { elements } from '../../model/layer-kind.ts';
import type { Source, Weight } from '../hls4ml/node.ts';
import type { OnnxNode, OnnxTensor } from './proto.ts';

/**
 * What a value of the graph is: a constant, or the output of a node.
 *
 * A tensor's elements stand as ONNX has them, or, with `image`, as those of an image of that channels-last shape that
 * ONNX holds channels first; the tensor is then that image, or its elements in one row.
 */
export type Value =
  | { readonly kind: 'constant'; readonly weight: Weight }
  | {
      readonly kind: 'tensor';
      readonly node: string;
      /** As the Model has it. */
      readonly shape: readonly number[];
      /** As ONNX has it, without the batch. */
      readonly onnx: readonly number[];
      readonly image?: readonly number[];
    };
export type TensorValue = Extract<Value, { kind: 'tensor' }>;
/** How a tensor's elements stand, and its shape in ONNX: that of its Model unless given. */
export type Order = Partial<Pick<TensorValue, 'onnx' | 'image'>>;

/** What an operator's handler sees and does. */
export class OnnxReader {
  readonly sources: Source[] = [];
  /** Version of the operators. */
  readonly opset: number;
  private readonly values = new Map<string, Value>();
  private readonly counts = new Map<string, number>();
  /** The images that tensors were turned into. */
  private readonly images = new Map<string, TensorValue>();

  constructor(opset: number) {
    this.opset = opset;
  }

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
      mend: 'read first outputs of nodes alone, and export the model again',
    });
  }

  tensor(node: OnnxNode, index = 0): TensorValue {
    const value = this.get(node, index);
    if (value.kind === 'tensor') return value;
    throw refusal(
      node,
      `input ${index}`,
      'is a constant, which is not supported there',
      'fold constants (qonnx.util.cleanup)',
    );
  }

  constant(node: OnnxNode, index: number): Weight {
    const value = this.get(node, index);
    if (value.kind === 'constant') return value.weight;
    throw refusal(
      node,
      `input ${index}`,
      'must be a constant',
      'fold constants (qonnx.util.cleanup), or keep it fixed in the model',
    );
  }

  has(node: OnnxNode, index: number): boolean {
    return (node.inputs[index] ?? '') !== '';
  }

  /** Adds a layer; it gives the node's first output. */
  push(node: OnnxNode, source: Source, order: Order = {}): void {
    this.set(node.outputs[0], this.add(source, order));
  }

  private add(source: Source, { onnx = source.shape, image }: Order): TensorValue {
    this.sources.push(source);
    const { name, shape } = source;
    return { kind: 'tensor', node: name, shape, onnx, ...(image ? { image } : {}) };
  }

  /** Adds a layer that only moves the elements of a tensor. */
  private move(operation: Source['operation'], x: TensorValue, shape: readonly number[], order: Order) {
    const name = this.nextName(operation.kind === 'transpose' ? 'Transpose' : 'Reshape');
    const className = operation.kind === 'transpose' ? 'Transpose' : 'Reshape';
    return this.add({ name, className, operation, inputs: [x.node], shape, weights: {} }, order);
  }

  transpose(x: TensorValue, permutation: readonly number[], order: Order): TensorValue {
    const shape = permutation.map((axis) => x.shape[axis]);
    return this.move({ kind: 'transpose', permutation }, x, shape, order);
  }

  reshape(x: TensorValue, shape: readonly number[], order: Order): TensorValue {
    return this.move({ kind: 'reshape' }, x, shape, order);
  }

  /** A tensor as an image, channels last. @returns undefined if its rank is that of no image */
  asImage(x: TensorValue): TensorValue | undefined {
    const { onnx, shape, image } = x;
    if (image && shape.length > 1) return x;
    if (image || onnx.length < 2 || onnx.length > 3) return undefined;
    const known = this.images.get(x.node);
    if (known) return known;
    const last = [...onnx.slice(1), onnx[0]];
    // what has lost axes of size 1 is one pixel, whose channels stand in both orders alike
    const made =
      shape.length < onnx.length
        ? this.reshape(x, last, { onnx, image: last })
        : this.transpose(x, [...onnx.keys()].slice(1).concat(0), { onnx, image: last });
    this.images.set(x.node, made);
    return made;
  }

  /** A tensor with its elements in ONNX' order. */
  asOnnx(x: TensorValue): TensorValue {
    const { shape, onnx, image } = x;
    if (!image) return x;
    const back = image.length === shape.length ? x : this.reshape(x, image, { onnx: image, image });
    const first = [image.length - 1, ...image.keys()].slice(0, image.length);
    const turned = this.transpose(back, first, {});
    return turned.shape.length === onnx.length ? turned : this.reshape(turned, onnx, {});
  }
}

export function refusal(node: OnnxNode, field: string, what: string, mend: string): InputError {
  return new InputError({
    code: 'ONX003',
    layer: node.name || node.outputs[0],
    field: `${node.operator}.${field}`,
    what,
    mend,
  });
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

/** Where element `at` of an image, channels last, stands in ONNX' order. */
export function onnxIndex(at: number, image: readonly number[]): number {
  const channels = image.at(-1)!;
  return (at % channels) * (elements(image) / channels) + Math.floor(at / channels);
}

/** A matrix [inputs, outputs] whose rows follow [channels, height, width], brought into the order of the Model's image. */
export function rowsChannelsLast(weight: Weight, image: readonly number[]): Weight {
  const [inputs, outputs] = weight.shape;
  const values = new Float64Array(weight.values.length);
  for (let row = 0; row < inputs; row++) {
    const from = onnxIndex(row, image);
    for (let column = 0; column < outputs; column++)
      values[row * outputs + column] = weight.values[from * outputs + column];
  }
  return { ...weight, values };
}
