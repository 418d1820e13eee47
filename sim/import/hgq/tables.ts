/** HGQ2's layers that are tables in firmware: functions of one value, and softmax. */
import { type FixedFormat } from 'fixed-point-ts';
import { InputError } from '../../model/index.ts';
import type { LayerHandler, LayerReader } from '../keras/layer-reader.ts';
import { activationName } from '../keras/layers/activation.ts';
import { quantisedWeight, quantiserType, readQuantiser } from './quantiser.ts';

const float = Math.fround;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Functions of one value by Keras' name. They are rounded to 32-bit floats and then to a few bits. */
const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  tanh: Math.tanh,
  sigmoid,
  hard_sigmoid: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  softplus: (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0),
  softsign: (x) => x / (1 + Math.abs(x)),
  exponential: Math.exp,
  silu: (x) => x * sigmoid(x),
  swish: (x) => x * sigmoid(x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
};

/** A million entries are hls4ml's limit too. */
const MOST_ENTRIES = 1e6;

/**
 * Every input that the input quantiser lets through has an entry; entries stand in the order of the input's two's
 * complement pattern. Source: hls4ml 1.3.0 `QUnaryLUTHandler`.
 */
export const lookUp: LayerHandler = (reader) => {
  const { fields, inputShape } = reader;
  fields.only('enable_iq', [true], 'the table needs to know its inputs');
  fields.only('allow_heterogeneous_table', [false], 'set allow_heterogeneous_table=False');
  const name = activationName(fields.raw('activation')) ?? 'unknown';
  const f = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!f)
    throw fields.unsupported(
      'activation',
      `the function '${name}' is not supported in a table, only ${Object.keys(FUNCTIONS).join(', ')}`,
    );
  const { signed, integer, fraction } = addressed(reader);
  const size = 2 ** (signed + integer + fraction);
  if (!(size <= MOST_ENTRIES))
    throw fields.unsupported('iq_conf', `lets 2^${Math.log2(size)} values through, too many for a table`);
  const values = Float64Array.from({ length: size }, (_, index) => {
    const pattern = signed > 0 && index >= size / 2 ? index - size : index;
    return float(f(float(pattern * 2 ** -fraction)));
  });
  const plain = { shape: [size], values };
  const table = fields.flag('enable_oq', true)
    ? quantisedWeight(plain, oneWidth(reader, readQuantiser(reader, { which: 'oq' })))
    : plain;
  return [
    reader.source('UnaryLUT', { kind: 'lookup', signed: signed > 0, fracBits: fraction }, inputShape, {
      weights: { table },
    }),
  ];
};

function oneWidth<Q extends { readonly signed: Float64Array; readonly shape: readonly number[] }>(
  reader: LayerReader,
  quantiser: Q,
): Q {
  if (quantiser.signed.length === 1) return { ...quantiser, shape: [1] };
  throw new InputError({
    code: 'HGQ001',
    layer: reader.layer.name,
    field: 'oq_conf',
    what: 'has several widths; a table has one',
    mend: 'set allow_heterogeneous_table=False',
  });
}

/** The widest of all elements' bits; those without bits do not count. */
function addressed(reader: LayerReader): { signed: number; integer: number; fraction: number } {
  const quantiser = readQuantiser(reader, { which: 'iq' });
  const bits = { signed: 0, integer: -32, fraction: -32 };
  quantiser.integer.forEach((integer, at) => {
    const [k, f] = [quantiser.signed[at], quantiser.fraction[at]];
    bits.signed = Math.max(bits.signed, k);
    if (k + integer + f <= 0) return;
    bits.integer = Math.max(bits.integer, integer);
    bits.fraction = Math.max(bits.fraction, f);
  });
  return bits;
}

/** Source: hls4ml 1.3.0 `QSoftmaxHandler`, `bit_exact.register_precision`. */
export const softmax: LayerHandler = (reader) => {
  const { fields, inputShape: shape } = reader;
  fields.only('allow_heterogeneous_table', [false], 'set allow_heterogeneous_table=False');
  const axes = fields.raw('axes');
  const [given] = Array.isArray(axes) && axes.length === 1 ? (axes as unknown[]) : [undefined];
  if (typeof given !== 'number') throw fields.unsupported('axes', `${JSON.stringify(axes)} is not one axis`);
  const axis = given < 0 ? shape.length + given : given - 1;
  if (axis < 0 || axis >= shape.length) throw fields.wrong('axes', `an axis of [${shape.join(', ')}]`);
  const stable = fields.flag('stable', true);
  const type = (which: string, path: readonly string[]) => quantiserType(reader, { which, path });
  const exp = type('exp_oq', ['exp_table', 'oq']);
  const inverseInput = type('inv_iq', ['inv_table', 'iq']);
  const types: Record<string, FixedFormat> = {
    exp_table: exp,
    inv_table: type('inv_oq', ['inv_table', 'oq']),
    inv_inp: inverseInput,
    accum: sumType(exp, inverseInput, shape[axis]),
    ...(stable ? { inp_norm: type('exp_iq', ['exp_table', 'iq']) } : {}),
  };
  const exact = { stable, scale: fields.number('input_scaler', 1) };
  return [reader.source('Softmax', { kind: 'softmax', axis, exact }, shape, { types })];
};

/** A type that holds sums of `count` exponentials, on the grid of the address of the inverse's table or a finer one. */
function sumType(exp: FixedFormat, inverseInput: FixedFormat, count: number): FixedFormat {
  const more = Math.ceil(Math.log2(count));
  const wraps = inverseInput.overflow === 'WRAP';
  const width = exp.width - exp.integerBits + more + inverseInput.integerBits + more + (wraps ? 0 : more);
  return {
    ...inverseInput,
    width: Math.max(width, 1),
    integerBits: inverseInput.integerBits + (wraps ? 0 : more),
    rounding: 'TRN',
    overflow: 'WRAP',
  };
}
