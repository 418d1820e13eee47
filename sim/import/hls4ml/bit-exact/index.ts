/**
 * Types of a network with quantisers, by interval arithmetic on the values of its weights: forward what each layer can
 * produce, backward what its readers can tell apart, and the smaller of both. The configuration's types do not count.
 *
 * Source: hls4ml 1.3.0, passes `bit_exact`, `fuse_fixed_point_quantizer`, `fix_input_precision`.
 */
import type { FixedFormat, Overflow, Rounding } from 'fixed-point-ts';
import { InputError } from '../../../model/index.ts';
import { elements } from '../../../model/layer-kind.ts';
import type { Configuration } from '../configuration.ts';
import { type Graph, type Node, nodeOf, readersOf, withNode, withoutNode } from '../node.ts';
import { copyBits, joined, transposition } from './combine.ts';
import { anyBits, bitsOfConstants, type BitsArray, emptyBits, typeOf, typeOfBits } from './bits.ts';
import { producedBits } from './produce.ts';

export function hasQuantizers(graph: Graph): boolean {
  return graph.nodes.some(({ operation: { kind } }) => kind === 'quantizer' || kind === 'sparse-reduce');
}

/** @param configuration  counts for the input of a network of kept pixels alone, where no quantiser says what is compared */
export function inferBitExact(graph: Graph, configuration: Configuration): Graph {
  const { graph: shrunk, produced } = produceAll(graph);
  const typed: Graph = { ...shrunk, nodes: shrunk.nodes.map((node) => withTypes(shrunk, node, produced)) };
  const fixed = fixInputs(fuseQuantizers(typed), produced, configuration);
  return { ...settleMoves(fixed), bitExact: true };
}

/** Reduction and flattening copy values, so that their results have the type of what they read. */
function settleMoves(graph: Graph): Graph {
  const types = new Map<string, Node['types'][string]>();
  const nodes = graph.nodes.map((node) => {
    const copies = isCopy(node);
    const result = copies ? types.get(node.inputs[0])! : node.types.result;
    types.set(node.name, result);
    return copies ? { ...node, types: { ...node.types, result } } : node;
  });
  return { ...graph, nodes };
}

function isQuantizer(operation: Node['operation']): operation is Node['operation'] & Quantizing {
  return operation.kind === 'quantizer' || operation.kind === 'sparse-quantizer';
}

function isCopy({ operation: { kind } }: Node): boolean {
  return kind === 'sparse-reduce' || kind === 'sparse-flatten';
}

/** Bits of every node; a quantiser keeps no more than its input can make use of. */
function produceAll(graph: Graph): { graph: Graph; produced: Map<string, BitsArray> } {
  const produced = new Map<string, BitsArray>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => ({ node: nodeOf({ nodes }, name), bits: produced.get(name)! }));
    const bits = producedBits(node, inputs);
    produced.set(node.name, bits);
    const { operation } = node;
    nodes.push(
      operation.kind === 'quantizer'
        ? { ...node, operation: { ...operation, bits: spreadOver(bits, operation.homogeneous, node.shape) } }
        : node,
    );
  }
  return { graph: { ...graph, nodes }, produced };
}

/** The most bits of the elements that share a width (along the homogeneous axes), given to each of them. */
function spreadOver(bits: BitsArray, homogeneous: readonly number[], shape: readonly number[]): BitsArray {
  const groups = new Map<number, { signed: number; width: number; integer: number }>();
  const groupOf = (at: number) => {
    let rest = at;
    let group = 0;
    let step = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (!homogeneous.includes(axis)) group += (rest % shape[axis]) * step;
      step *= shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return group;
  };
  for (let at = 0; at < bits.integer.length; at++) {
    const [signed, integer] = [bits.signed[at], bits.signed[at] + bits.integer[at]];
    const width = integer + bits.fraction[at];
    const most = groups.get(groupOf(at)) ?? { signed, width, integer };
    groups.set(groupOf(at), {
      signed: Math.max(most.signed, signed),
      width: Math.max(most.width, width),
      integer: Math.max(most.integer, integer),
    });
  }
  const out = emptyBits(bits.integer.length);
  for (let at = 0; at < out.integer.length; at++) {
    const { signed, width, integer } = groups.get(groupOf(at))!;
    out.signed[at] = signed;
    out.integer[at] = integer - signed;
    out.fraction[at] = width - integer;
  }
  return out;
}

interface Quantizing {
  readonly bits: BitsArray;
  readonly rounding: Rounding;
  readonly overflow: Overflow;
}

function requestedByQuantizer({ bits, rounding, overflow }: Quantizing, size: number): BitsArray {
  return {
    signed: overflow === 'WRAP' ? bits.signed : new Uint8Array(size).fill(1),
    integer: overflow === 'WRAP' ? bits.integer : new Int32Array(size).fill(126),
    fraction: bits.fraction.map((own) => (rounding === 'TRN' ? own : rounding === 'RND' ? own + 1 : 126)),
  };
}

/** What a reader can tell apart of the input that is the node `of`. */
function requestedOf(graph: Graph, reader: Node, of: string, size: number): BitsArray {
  const { operation } = reader;
  if (operation.kind === 'sparse-quantizer')
    return widest(requestedByQuantizer(operation, operation.bits.integer.length), size);
  if (operation.kind === 'quantizer') return requestedByQuantizer(operation, size);

  if (operation.kind === 'reshape') return requestedBits(graph, reader);
  if (operation.kind === 'transpose') {
    const asked = requestedBits(graph, reader);
    const bits = emptyBits(size);
    transposition(nodeOf(graph, reader.inputs[0]).shape, operation.permutation).forEach((source, at) =>
      copyBits(asked, at, bits, source),
    );
    return bits;
  }
  if (operation.kind === 'concatenate') {
    const asked = requestedBits(graph, reader);
    const bits = emptyBits(size);
    const which = reader.inputs.indexOf(of);
    const shapes = reader.inputs.map((name) => nodeOf(graph, name).shape);
    joined(shapes, operation.axis).forEach(({ input, at: source }, at) => {
      if (input === which) copyBits(asked, at, bits, source);
    });
    return bits;
  }
  if (isCopy(reader)) return widest(requestedBits(graph, reader), size);
  if (operation.kind === 'activation' && operation.function === 'linear') return requestedBits(graph, reader);
  if (operation.kind === 'activation' && operation.function === 'relu')
    return { ...anyBits(size), fraction: requestedBits(graph, reader).fraction };
  return anyBits(size);
}

/** The most of each over all elements, for a tensor of other elements. */
function widest({ signed, integer, fraction }: BitsArray, size: number): BitsArray {
  const most = (values: Uint8Array | Int32Array) =>
    Array.from<number>(values).reduce((a, b) => Math.max(a, b), -Infinity);
  return {
    signed: new Uint8Array(size).fill(most(signed)),
    integer: new Int32Array(size).fill(most(integer)),
    fraction: new Int32Array(size).fill(most(fraction)),
  };
}

function requestedBits(graph: Graph, node: Node): BitsArray {
  const size = elements(node.shape);
  const readers = readersOf(graph, node.name);
  if (readers.length === 0) return anyBits(size);
  return readers
    .map((reader) => requestedOf(graph, reader, node.name, size))
    .reduce((a, b) => ({
      signed: a.signed.map((value, at) => Math.max(value, b.signed[at])),
      integer: a.integer.map((value, at) => Math.max(value, b.integer[at])),
      fraction: a.fraction.map((value, at) => Math.max(value, b.fraction[at])),
    }));
}

function wrapsBehind(graph: Graph, node: Node): boolean {
  return readersOf(graph, node.name).some((reader) => {
    const { operation } = reader;
    if (isQuantizer(operation)) return operation.overflow === 'WRAP';
    return (operation.kind === 'reshape' || isCopy(reader)) && wrapsBehind(graph, reader);
  });
}

function withTypes(graph: Graph, node: Node, produced: ReadonlyMap<string, BitsArray>): Node {
  const own = produced.get(node.name)!;
  const asked = requestedBits(graph, node);
  const result = typeOfBits({
    signed: wrapsBehind(graph, node)
      ? asked.signed
      : own.signed.map((value, at) => Math.min(value, asked.signed[at])),
    integer: own.integer.map((value, at) => Math.min(value, asked.integer[at])),
    fraction: own.fraction.map((value, at) => Math.min(value, asked.fraction[at])),
  });
  const weights = Object.fromEntries(
    Object.entries(node.weights).map(([name, { values }]) => [name, typeOfBits(bitsOfConstants(values))]),
  );
  const types: Record<string, FixedFormat> = { ...weights, result };
  if (node.operation.kind === 'activation' && 'param' in node.types)
    types.param = typeOfBits(bitsOfConstants(Float64Array.of(node.operation.parameter ?? 0)));
  if ('accum' in node.types && node.operation.kind !== 'softmax') {
    const accumulator = typeOfBits(own);
    const { operation } = node;
    const more = Math.ceil(Math.log2(averaged(operation)));
    types.accum = {
      ...accumulator,
      width: accumulator.width + more,
      integerBits: accumulator.integerBits + more,
    };
  }
  return { ...node, types: { ...node.types, ...types } };
}

/** How many values an average is of; 1 for what is none. */
function averaged(operation: Node['operation']): number {
  if (operation.kind === 'pool' && operation.reduce === 'average')
    return operation.window[0] * operation.window[1];
  return operation.kind === 'sparse-pool' && operation.reduce === 'average' ? operation.pool ** 2 : 1;
}

/** A quantiser of one width for all elements gives its type to the layer before it, if nothing else reads that. */
function fuseQuantizers(graph: Graph): Graph {
  const found = graph.nodes.find(
    (node) =>
      node.operation.kind === 'quantizer' &&
      isUniform(node.operation.bits) &&
      !isCopy(nodeOf(graph, node.inputs[0])) &&
      readersOf(graph, node.inputs[0]).length === 1,
  );
  if (!found || found.operation.kind !== 'quantizer') return graph;
  const { bits, rounding, overflow } = found.operation;
  const own = typeOf(bits.signed[0], bits.integer[0], bits.fraction[0]);
  const type: FixedFormat =
    rounding === 'TRN' && overflow === 'WRAP'
      ? (found.types.result as FixedFormat)
      : { ...own, rounding, overflow };
  return fuseQuantizers(withoutNode(given(graph, found.inputs[0], type), found));
}

/** Sets a node's type; through a reshape the rounding happens in the layer before it. */
function given(graph: Graph, name: string, type: FixedFormat): Graph {
  const node = nodeOf(graph, name);
  const typed = (result: FixedFormat) => withNode(graph, { ...node, types: { ...node.types, result } });
  const moves = node.operation.kind === 'reshape' || node.operation.kind === 'transpose';
  const through = moves && readersOf(graph, node.inputs[0]).length === 1;
  if (!through) return typed(type);
  const plain: FixedFormat = { ...type, rounding: 'TRN', overflow: 'WRAP', saturationBits: 0 };
  return given(typed(plain), node.inputs[0], type);
}

function isUniform({ signed, integer, fraction }: BitsArray): boolean {
  return [signed, integer, fraction].every((values) => values.every((value) => value === values[0]));
}

/** An input that several or mixed quantisers read gets a type that holds what all of them keep. */
function fixInputs(
  graph: Graph,
  produced: ReadonlyMap<string, BitsArray>,
  configuration: Configuration,
): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const { result } = node.types;
      const named = configuration.namedType(node, 'result');
      const compared = readersOf(graph, node.name).some(
        ({ operation: { kind } }) => kind === 'sparse-reduce',
      );
      if (node.operation.kind === 'input' && compared && named)
        return { ...node, types: { ...node.types, result: named } };
      if (node.operation.kind !== 'input' || result === 'auto' || result.width <= 100) return node;
      const quantizers = quantizersBehind(graph, node);
      if (quantizers.length === 0) {
        throw new InputError({
          code: 'IMP028',
          layer: node.name,
          field: 'result',
          what: 'no quantiser reads this input, so that its type is open',
          mend: 'enable the input quantiser of the first layer',
        });
      }
      const bits = quantizers.map(({ name }) => produced.get(name)!);
      const most = (field: keyof BitsArray) => Math.max(...bits.map((own) => Math.max(...own[field])));
      const saturates = quantizers.every(
        ({ operation }) => isQuantizer(operation) && operation.overflow.startsWith('SAT'),
      );
      const type = typeOf(most('signed'), most('integer'), result.width - result.integerBits);
      return { ...node, types: { ...node.types, result: { ...type, overflow: saturates ? 'SAT' : 'WRAP' } } };
    }),
  };
}

function quantizersBehind(graph: Graph, node: Node): Node[] {
  return readersOf(graph, node.name).flatMap((reader) => {
    if (isQuantizer(reader.operation)) return [reader];
    return ['reshape', 'transpose', 'concatenate'].includes(reader.operation.kind) || isCopy(reader)
      ? quantizersBehind(graph, reader)
      : [];
  });
}
