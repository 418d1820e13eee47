/**
 * The graph that front ends read model files into, in hls4ml's terms: one node a layer, weights as floats, types
 * that may still be `auto`. Passes rewrite it; what is left has every type spelled out and becomes a Model.
 */
import type { FixedFormat, Overflow, Rounding } from 'fixed-point-ts';
import type { BitsArray } from './bit-exact/bits.ts';

/** A weight as the front end stores it: row-major numbers, and the type that a quantiser gives it, if there is one. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float64Array;
  /** Set where the model file fixes the type (a quantiser, a bias that does not exist); configuration cannot change it. */
  readonly type?: FixedFormat;
  /** Set where hls4ml keeps -1 and 1 as 0 and 1 of one bit, a type that its inference and folding leave alone. */
  readonly xnor?: true;
  /** Of whole numbers as the file keeps them: their width, and whether they are signed. */
  readonly bits?: number;
  readonly signed?: boolean;
}

export type Precision = FixedFormat | 'auto';

export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}
export const NO_PADDING: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

/** A window over an image of [height, width, channels], or of [width, channels] taken as one row. */
export interface Sliding {
  readonly window: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: Padding;
}

export type MergeOperation = 'add' | 'subtract' | 'multiply' | 'average' | 'maximum' | 'minimum';
export type SoftmaxImplementation = 'stable' | 'latency' | 'legacy' | 'argmax';

/** One direction of a recurrent layer: the prefix of its weights and its activations. */
export interface RecurrentCell {
  readonly cell: 'lstm' | 'gru' | 'simple';
  readonly units: number;
  readonly activation: string;
  /** Of the gates, which a simple cell does not have. */
  readonly recurrentActivation?: string;
  /** Prefix of the names of weights and types: `` or `forward_` or `backward_`. */
  readonly prefix: '' | 'forward_' | 'backward_';
  /** GRU: whether the reset gate is meant to apply after the recurrent product. */
  readonly resetAfter?: boolean;
}

/** What a node computes, with all that is not a weight, a shape or a type. */
export type Operation =
  | { readonly kind: 'input' }
  | { readonly kind: 'dense' }
  | ({ readonly kind: 'conv'; readonly depthwise: boolean } & Sliding)
  | ({ readonly kind: 'pool'; readonly reduce: 'max' | 'average'; readonly global: boolean } & Sliding)
  | {
      readonly kind: 'activation';
      readonly function: string;
      /** Slope of leaky ReLU, alpha of ELU, theta of thresholded ReLU. */
      readonly parameter?: number;
      /** Of a hard sigmoid, where the model gives others than 0.2 and 0.5. */
      readonly slope?: number;
      readonly shift?: number;
    }
  | {
      readonly kind: 'softmax';
      /** The axis of a slice; without one hls4ml takes the whole tensor for one slice, or a stream's pixel. */
      readonly axis?: number;
      /** The model's own axis, where hls4ml forgets it and it need not be the last. */
      readonly modelAxis?: number;
      /** Set where the model itself fixes all types: with or without the largest value taken off; a factor of the argument. */
      readonly exact?: { readonly stable: boolean; readonly scale: number };
    }
  /** A table of every value of the input; what its entries were worked out for. */
  | { readonly kind: 'lookup'; readonly signed: boolean; readonly fracBits: number }
  | { readonly kind: 'batch-normalization' }
  | { readonly kind: 'merge'; readonly operation: MergeOperation }
  | { readonly kind: 'concatenate'; readonly axis: number }
  | { readonly kind: 'dot' }
  | { readonly kind: 'reshape' }
  | { readonly kind: 'transpose'; readonly permutation: readonly number[] }
  | { readonly kind: 'zero-pad'; readonly padding: Padding }
  | { readonly kind: 'crop'; readonly padding: Padding }
  | { readonly kind: 'resize'; readonly factor: readonly [number, number] }
  | { readonly kind: 'embedding' }
  | { readonly kind: 'layer-normalization'; readonly epsilon: number }
  | {
      readonly kind: 'recurrent';
      readonly cells: readonly RecurrentCell[];
      readonly returnSequences: boolean;
    }
  | {
      readonly kind: 'quantizer';
      /** Of every element. */
      readonly bits: BitsArray;
      /** Axes along which all elements share their bits. */
      readonly homogeneous: readonly number[];
      readonly rounding: Rounding;
      readonly overflow: Overflow;
    }
  /** A quantiser with widths for every place of the image of kept pixels. */
  | {
      readonly kind: 'sparse-quantizer';
      readonly bits: BitsArray;
      readonly rounding: Rounding;
      readonly overflow: Overflow;
      readonly places: string;
      readonly image: readonly [number, number];
    }
  | { readonly kind: 'sparse-reduce'; readonly threshold: number }
  /** `places`: the node that made the coordinates it reads, a reduction or a pool. */
  | { readonly kind: 'sparse-conv'; readonly places: string }
  | {
      readonly kind: 'sparse-pool';
      readonly reduce: 'max' | 'average';
      readonly places: string;
      readonly pool: number;
      /** Rows and columns of cells; pixels beyond are dropped. */
      readonly cells: readonly [number, number];
      /** Whether the last cells are not whole. */
      readonly partial: boolean;
    }
  | { readonly kind: 'sparse-flatten'; readonly places: string; readonly image: readonly [number, number] }
  | { readonly kind: 'einsum-dense'; readonly equation: string }
  | { readonly kind: 'einsum'; readonly equation: string };

/** Where kept pixels stand: in which image, and which node made their coordinates. */
export interface SparsePlaces {
  readonly image: readonly [number, number];
  readonly places: string;
}

/** A layer as a front end reads it, before the configuration gives it types. */
export interface Source {
  readonly name: string;
  /** hls4ml's class of the layer: what `LayerType` in a configuration refers to. */
  readonly className: string;
  readonly operation: Operation;
  readonly inputs: readonly string[];
  /** Shape of the output, without the batch. */
  readonly shape: readonly number[];
  readonly weights: Readonly<Record<string, Weight>>;
  /** Set where the tensor holds kept pixels, [slots, channels], of an image of this size. */
  readonly sparse?: SparsePlaces;
  /** Types that the model file itself fixes, by the names hls4ml gives them without `_t`. */
  readonly types?: Readonly<Record<string, FixedFormat>>;
  /** The type that a quantising activation gives its input; a linear one may pass it on to the layer before. */
  readonly quantiser?: FixedFormat;
}

export interface Node extends Omit<Source, 'types'> {
  /** Every type of the layer by hls4ml's name without `_t`: result, weight, bias, accum, table ... */
  readonly types: Readonly<Record<string, Precision>>;
}

export interface Graph {
  readonly name: string;
  /** Set where types were inferred from values: accumulators then lose nothing. */
  readonly bitExact?: boolean;
  /** Whose rules layers on kept pixels follow: the published kernels', or those of the package's Keras layers. */
  readonly sparseDialect?: 'sparsepixels-0.2.1' | 'sparsepixels-0.3.2';
  /** In an order in which every node stands after its inputs. */
  readonly nodes: readonly Node[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export function nodeOf(graph: Pick<Graph, 'nodes'>, name: string): Node {
  const found = graph.nodes.find((node) => node.name === name);
  if (!found) throw new Error(`no node '${name}'`);
  return found;
}

/** Nodes that read the output of `name`. */
export function readersOf(graph: Graph, name: string): readonly Node[] {
  return graph.nodes.filter(({ inputs }) => inputs.includes(name));
}

/** The graph without a node of one input; who read it reads that input. */
export function withoutNode(graph: Graph, { name, inputs: [from] }: Node): Graph {
  const rename = (reads: string) => (reads === name ? from : reads);
  return {
    ...graph,
    outputs: graph.outputs.map(rename),
    nodes: graph.nodes
      .filter((node) => node.name !== name)
      .map((node) => ({ ...node, inputs: node.inputs.map(rename) })),
  };
}

export function withNode(graph: Graph, replacement: Node): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node.name === replacement.name ? replacement : node)),
  };
}
