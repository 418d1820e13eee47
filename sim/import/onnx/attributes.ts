/**
 * The attributes of every operator that is read: which there are, of which sort, and which values of them are done.
 * A node with any other attribute is refused, so that none is silently ignored.
 *
 * Source: ONNX operators, opsets 7 to 23 (github.com/onnx/onnx, docs/Operators.md, docs/Changelog.md); QONNX 1.0
 * `Quant`, `IntQuant`, `BipolarQuant`.
 */
import { refusal } from './onnx-reader.ts';
import type { OnnxAttribute, OnnxNode } from './proto.ts';

type Sort = 'number' | 'text' | 'numbers' | 'tensor';

interface Rule {
  readonly sort: Sort;
  /** The values that are done, where not all are; of a list, those that each element may have. */
  readonly only?: readonly (number | string)[];
  readonly mend?: string;
}
type Rules = Readonly<Record<string, Rule>>;

const NUMBER: Rule = { sort: 'number' };
const NUMBERS: Rule = { sort: 'numbers' };
const FLAG: Rule = { sort: 'number', only: [0, 1] };
const only = (mend: string, ...values: number[]): Rule => ({ sort: 'number', only: values, mend });

const WINDOW: Rules = {
  auto_pad: { sort: 'text', only: ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'] },
  dilations: { sort: 'numbers', only: [1], mend: 'use dilations of 1' },
  kernel_shape: NUMBERS,
  pads: NUMBERS,
  strides: NUMBERS,
};
const POOL: Rules = { ...WINDOW, ceil_mode: only('use ceil_mode=False', 0) };
const QUANT: Rules = {
  narrow: FLAG,
  rounding_mode: {
    sort: 'text',
    only: ['ROUND', 'FLOOR'],
    mend: 'quantise with ROUND or FLOOR, which fixed-point types have',
  },
  signed: FLAG,
};
const LINEAR: Rules = {
  axis: NUMBER,
  block_size: only('quantise whole tensors', 0),
  output_dtype: only('leave it out: the zero point has the type', 0),
  precision: only('leave it out', 0, 1),
  saturate: FLAG, // of 8-bit floats alone
};

const RULES: Readonly<Record<string, Rules>> = {
  MatMul: {},
  Gemm: {
    alpha: only('multiply the weights by it', 1),
    beta: only('multiply the bias by it', 1),
    broadcast: FLAG,
    transA: only('transpose the input in the model', 0),
    transB: FLAG,
  },
  Conv: { ...WINDOW, group: NUMBER },
  MaxPool: { ...POOL, storage_order: FLAG }, // of the indices, which nobody reads
  AveragePool: { ...POOL, count_include_pad: FLAG },
  GlobalMaxPool: {},
  GlobalAveragePool: {},
  ReduceMean: { axes: NUMBERS, keepdims: FLAG, noop_with_empty_axes: FLAG },
  Relu: {},
  Sigmoid: {},
  Tanh: {},
  Softplus: {},
  Softsign: {},
  // the numbers of the operator's definition, in 32-bit floats
  Selu: {
    alpha: only('use the defaults', Math.fround(1.6732632423543772)),
    gamma: only('use the defaults', Math.fround(1.0507009873554805)),
  },
  HardSigmoid: { alpha: NUMBER, beta: NUMBER },
  LeakyRelu: { alpha: NUMBER },
  Elu: { alpha: NUMBER },
  ThresholdedRelu: { alpha: NUMBER },
  Softmax: { axis: NUMBER },
  Add: {},
  Sub: {},
  Mul: {},
  BatchNormalization: {
    epsilon: NUMBER,
    momentum: NUMBER, // of training
    spatial: only('normalise channels, not elements', 1),
    training_mode: only('export the model in evaluation mode', 0),
  },
  Flatten: { axis: NUMBER },
  Reshape: { allowzero: FLAG },
  Transpose: { perm: NUMBERS },
  Dropout: { ratio: NUMBER, seed: NUMBER }, // of training
  Identity: {},
  Constant: {
    value: { sort: 'tensor' },
    value_float: NUMBER,
    value_floats: NUMBERS,
    value_int: NUMBER,
    value_ints: NUMBERS,
  },
  Clip: {},
  Quant: QUANT,
  IntQuant: QUANT,
  BipolarQuant: {},
  QuantizeLinear: LINEAR,
  DequantizeLinear: LINEAR,
};

/** Domains whose operators are read, and which of them stand in domains other than ONNX' own. */
const ONNX_DOMAINS = ['', 'ai.onnx'];
const QONNX_DOMAINS = ['qonnx.custom_op.general', 'onnx.brevitas', 'finn.custom_op.general'];
const QONNX_OPERATORS = ['Quant', 'IntQuant', 'BipolarQuant'];

/**
 * Checks a node before it is read: that it is ONNX' or QONNX' own operator, and every attribute.
 * @throws InputError `ONX003` naming node, operator, attribute and what mends it
 */
export function checkNode(node: OnnxNode): void {
  const { operator, domain, attributes } = node;
  const rules = Object.hasOwn(RULES, operator) ? RULES[operator] : undefined;
  if (!rules)
    throw refusal(
      node,
      'op_type',
      'is not supported',
      `replace it; supported are ${Object.keys(RULES).join(', ')}`,
    );
  const domains = QONNX_OPERATORS.includes(operator) ? QONNX_DOMAINS : ONNX_DOMAINS;
  if (!domains.includes(domain))
    throw refusal(
      node,
      'domain',
      `'${domain}' is not supported for this operator`,
      `use that of ${domains.filter((name) => name !== '').join(' or ')}`,
    );
  for (const [name, value] of attributes) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) throw refusal(node, name, 'is an attribute that is not known', knownOf(rules));
    checkValue(node, name, value, rule);
  }
}

function knownOf(rules: Rules): string {
  const names = Object.keys(rules);
  return names.length === 0
    ? 'leave it out: the operator has no attributes'
    : `leave it out: known are ${names.join(', ')}`;
}

function checkValue(node: OnnxNode, name: string, value: OnnxAttribute | undefined, rule: Rule): void {
  const { sort, only: values, mend } = rule;
  if (sortOf(value) !== sort)
    throw refusal(node, name, `is of another sort than ${sort}`, 'export the model again');
  const odd = [value].flat().find((item) => values && !values.includes(item as number | string));
  if (odd === undefined) return;
  throw refusal(
    node,
    name,
    `${JSON.stringify(value)} is not supported, only ${values!.join(' or ')}`,
    mend ?? `use ${values!.join(' or ')}`,
  );
}

function sortOf(value: OnnxAttribute | undefined): Sort | undefined {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'text';
  if (value === undefined) return undefined;
  return 'shape' in value ? 'tensor' : 'numbers';
}

export function number(node: OnnxNode, name: string, fallback: number): number {
  const value = node.attributes.get(name);
  return typeof value === 'number' ? value : fallback;
}

export function text(node: OnnxNode, name: string, fallback: string): string {
  const value = node.attributes.get(name);
  return typeof value === 'string' ? value : fallback;
}

export function numbers(node: OnnxNode, name: string): readonly number[] | undefined {
  const value = node.attributes.get(name);
  return Array.isArray(value) ? (value as readonly number[]) : undefined;
}
