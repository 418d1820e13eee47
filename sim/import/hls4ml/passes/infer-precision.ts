/**
 * Chooses the types that are still `auto`, from the types (not the values) of inputs and weights, so that nothing is
 * lost; `Model.Precision.maximum` caps width and integer bits one by one. What no rule covers gets the default type.
 *
 * Source: hls4ml 1.3.0, pass `infer_precision_types`.
 */
import { fixed, type FixedFormat, fracBits, isInt, sameFormat, ufixed } from 'fixed-point-ts';
import type { Configuration } from '../configuration.ts';
import { type Graph, type Node, nodeOf, type Precision } from '../node.ts';
import { constantType } from '../constant-type.ts';

type Types = Readonly<Record<string, Precision>>;

/** Nodes come after their inputs, so one walk in order settles every type. */
export function inferPrecision(graph: Graph, configuration: Configuration): Graph {
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => nodeOf({ nodes }, name));
    nodes.push({ ...node, types: inferTypes(node, inputs, configuration) });
  }
  return { ...graph, nodes };
}

function settled(type: Precision): FixedFormat {
  if (type === 'auto') throw new Error('a type is read before it is inferred');
  return type;
}

function inferTypes(node: Node, inputs: readonly Node[], configuration: Configuration): Types {
  const { types } = node;
  if (!Object.values(types).includes('auto')) return types;
  const fallback = configuration.defaultType;
  const open = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, type === 'auto' ? fallback : type]),
  );
  const chosen = infer(node, inputs, open, configuration);
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, type === 'auto' ? (chosen[name] ?? fallback) : type]),
  );
}

/** The inferred types by name; those left out get the default. `types` has the default where a type is open. */
function infer(
  { operation, weights, className }: Node,
  inputs: readonly Node[],
  types: Readonly<Record<string, FixedFormat>>,
  { maximumType: maximum }: Configuration,
): Record<string, FixedFormat> {
  const [x, y] = inputs.map((input) => settled(input.types.result));
  switch (operation.kind) {
    case 'dense':
    case 'conv': {
      if (weights.weight.xnor) return {};
      const terms = weights.weight.shape.slice(0, -1).reduce((a, b) => a * b, 1);
      // weights of a depthwise convolution are [rows, columns, channels, 1], and a sum runs over one channel
      const depthwise = operation.kind === 'conv' && operation.depthwise;
      const perOutput = depthwise ? terms / weights.weight.shape.at(-2)! : terms;
      const type = sumType(x, types.weight, types.bias, perOutput, maximum);
      return { accum: type, result: type };
    }
    case 'batch-normalization':
    case 'layer-normalization':
      return { result: sumType(x, types.scale, types.bias, 1, maximum) };
    case 'pool': {
      if (operation.global) return {};
      const extra = Math.ceil(Math.log2(operation.window[0] * operation.window[1]));
      const accum =
        operation.reduce === 'max' ? x : plain(x.signed, x.width + 2 * extra, x.integerBits + extra);
      return { accum, result: x };
    }
    case 'reshape':
    case 'resize':
    case 'transpose':
    case 'zero-pad':
      return { result: x };
    case 'merge':
      return { result: mergedType(operation.operation, x, y, maximum) };
    case 'concatenate':
      return { result: joinedType(x, y, maximum) };
    case 'dot': {
      const extra = Math.ceil(Math.log2(inputs[0].shape[0]));
      const type = plain(
        x.signed || y.signed,
        x.width + y.width + extra,
        x.integerBits + y.integerBits + extra,
      );
      return { result: capped(type, maximum) };
    }
    case 'activation':
      if (className === 'PReLU') return { param: x };
      if (className !== 'ParametrizedActivation') return {};
      if (operation.function === 'thresholded_relu') return { param: x };
      return { param: constantType(operation.parameter ?? 1) };
    default:
      return {};
  }
}

/** `FixedPrecisionType(width, integer, signed)`: rounds down and wraps. */
function plain(signed: boolean, width: number, integerBits: number): FixedFormat {
  return (signed ? fixed : ufixed)(width, integerBits);
}

function capped({ signed, width, integerBits }: FixedFormat, maximum: FixedFormat | undefined): FixedFormat {
  if (!maximum) return plain(signed, width, integerBits);
  return plain(signed, Math.min(width, maximum.width), Math.min(integerBits, maximum.integerBits));
}

/** A type that holds the sum of `terms` products and a bias of any values of these types. */
function sumType(
  x: FixedFormat,
  weight: FixedFormat,
  bias: FixedFormat,
  terms: number,
  maximum: FixedFormat | undefined,
): FixedFormat {
  const growth = Math.ceil(Math.log2(terms));
  const product = {
    signed: weight.signed || x.signed,
    integerBits: weight.integerBits + x.integerBits + growth,
    width: weight.width + x.width + growth,
  };
  const integerBits = commonIntegerBits(product, bias) + 1;
  const width = integerBits + Math.max(product.width - product.integerBits, fracBits(bias));
  return capped(plain(product.signed || bias.signed, width, integerBits), maximum);
}

/** Integer bits that hold either of two types: a sign bit more for an unsigned one beside a signed one. */
function commonIntegerBits(
  a: Pick<FixedFormat, 'signed' | 'integerBits'>,
  b: Pick<FixedFormat, 'signed' | 'integerBits'>,
): number {
  return Math.max(
    a.integerBits + (b.signed && !a.signed ? 1 : 0),
    b.integerBits + (a.signed && !b.signed ? 1 : 0),
  );
}

function mergedType(
  operation: string,
  a: FixedFormat,
  b: FixedFormat,
  maximum: FixedFormat | undefined,
): FixedFormat {
  const signed = a.signed || b.signed;
  if (operation === 'multiply')
    return capped(plain(signed, a.width + b.width, a.integerBits + b.integerBits), maximum);
  if (operation === 'maximum' || operation === 'minimum') {
    if (sameFormat(a, b)) return a;
    const integerBits = commonIntegerBits(a, b);
    return plain(signed, integerBits + Math.max(fracBits(a), fracBits(b)), integerBits);
  }
  const integerBits = commonIntegerBits(a, b) + 1;
  const width = integerBits + Math.max(fracBits(a), fracBits(b));
  return capped(plain(signed || operation === 'subtract', width, integerBits), maximum);
}

function joinedType(a: FixedFormat, b: FixedFormat, maximum: FixedFormat | undefined): FixedFormat {
  if (sameFormat(a, b)) return a;
  const integerBits = commonIntegerBits(a, b);
  const width = integerBits + Math.max(fracBits(a), fracBits(b));
  const plainModes = (type: FixedFormat) => (isInt(type) ? ({ ...type, rounding: 'TRN' } as const) : type);
  const [first, second] = [plainModes(a), plainModes(b)];
  return {
    ...capped(plain(a.signed || b.signed, width, integerBits), maximum),
    rounding: first.rounding !== 'TRN' ? first.rounding : second.rounding,
    overflow: first.overflow !== 'WRAP' ? first.overflow : second.overflow,
    saturationBits: first.saturationBits !== 0 ? first.saturationBits : second.saturationBits,
  };
}
