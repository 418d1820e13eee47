/** Layers of HGQ2: Keras' own with quantised weights, and quantisers on their inputs and outputs. */
import type { Overflow, Rounding } from 'fixed-point-ts';
import { InputError } from '../../model/index.ts';
import { elements } from '../../model/layer-kind.ts';
import type { Source, Weight } from '../hls4ml/node.ts';
import { dense } from '../keras/layers/core.ts';
import { convolution } from '../keras/layers/image.ts';
import type { LayerHandler, LayerReader } from '../keras/layer-reader.ts';

/** Bits of each element, as a quantiser's variables have them. */
interface Quantiser {
  readonly shape: readonly number[];
  readonly signed: Float64Array;
  readonly integer: Float64Array;
  readonly fraction: Float64Array;
  readonly rounding: Rounding;
  readonly overflow: Overflow;
}

const ROUNDINGS: readonly Rounding[] = ['TRN', 'RND', 'RND_CONV'];
const OVERFLOWS: readonly Overflow[] = ['WRAP', 'SAT', 'SAT_SYM'];

interface QuantiserConfig {
  readonly q_type?: string;
  readonly round_mode?: string;
  readonly overflow_mode?: string;
  readonly scaler?: unknown;
  readonly affine?: unknown;
}

/**
 * A quantiser of a layer: `iq`, `oq`, `kq`, `bq`. Its variables stand trainable first: `kbi` has b, i, k and, wrapping, b, k,
 * i; `kif` has i, f, k and, wrapping, f, k, i. Source: hgq2 0.2.0 `FixedPointQuantizerKBI`, `FixedPointQuantizerKIF`.
 */
function readQuantiser(reader: LayerReader, which: string): Quantiser {
  const field = `${which}_conf`;
  const refuse = (what: string) => new InputError({ code: 'HGQ001', layer: reader.layer.name, field, what });
  const { config } = (reader.fields.raw(field) ?? {}) as { config?: QuantiserConfig };
  if (!config) throw refuse('is missing');
  const { q_type: type, round_mode: round = 'RND', overflow_mode: overflowText = 'WRAP' } = config;
  if ((config.scaler ?? null) !== null || (config.affine ?? null) !== null)
    throw refuse('a scaler or an affine map is not supported');
  const rounding = ROUNDINGS.find((mode) => mode === round.replace(/^S_/, ''));
  const overflow = OVERFLOWS.find((mode) => mode === overflowText);
  if (!rounding) throw refuse(`round_mode '${round}' is not supported`);
  if (!overflow) throw refuse(`overflow_mode '${overflowText}' is not supported`);
  if (type !== 'kbi' && type !== 'kif')
    throw refuse(`quantisers of the sort '${type ?? 'none'}' are not supported`);
  const path = [which, 'quantizer'];
  const variable = (index: number) => reader.anyWeight(`${which}, variable ${index}`, index, path);
  const wraps = overflow === 'WRAP';
  const [first, second, third] = [variable(0), variable(1), variable(2)];
  const whole = ({ values }: Weight) => values.map(halfEven);
  const signed = (wraps ? second : third).values;
  if (type === 'kbi') {
    const [bits, integer] = [whole(first), whole(wraps ? third : second)];
    const fraction = bits.map((value, at) => value - integer[at]);
    return { shape: first.shape, signed, integer, fraction, rounding, overflow };
  }
  const [integer, fraction] = wraps ? [whole(third), whole(first)] : [whole(first), whole(second)];
  return { shape: first.shape, signed, integer, fraction, rounding, overflow };
}

function halfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Weights on their quantiser's grid, in 32-bit floats as Keras computes them; wrapping weights only round. */
function quantisedWeight(weight: Weight, quantiser: Quantiser): Weight {
  const { rounding, overflow } = quantiser;
  const values = weight.values.map((value, at) => {
    const [k, i, f] = [quantiser.signed[at], quantiser.integer[at], quantiser.fraction[at]];
    if (overflow === 'WRAP' && rounding === 'RND') return round(value, f, rounding);
    if (k + i + f <= 0) return 0;
    const rounded = round(value, f, rounding);
    if (overflow === 'WRAP') {
      const modulus = 2 ** (i + k);
      const bias = (k * modulus) / 2;
      const shifted = rounded + bias;
      return shifted - Math.floor(shifted / modulus) * modulus - bias;
    }
    const high = 2 ** i - 2 ** -f;
    const low = k === 0 ? 0 : overflow === 'SAT_SYM' ? -high : -(2 ** i);
    return Math.min(Math.max(rounded, low), high);
  });
  return { shape: weight.shape, values };
}

function round(value: number, fraction: number, rounding: Rounding): number {
  const scaled = Math.fround(value * 2 ** fraction);
  const whole =
    rounding === 'RND'
      ? Math.floor(Math.fround(scaled + 0.5))
      : rounding === 'TRN'
        ? Math.floor(scaled)
        : halfEven(scaled);
  return whole * 2 ** -fraction;
}

/** The node of a quantiser on a tensor; its bits spread over the tensor's shape. */
function quantiserNode(
  reader: LayerReader,
  which: 'iq' | 'oq',
  from: string,
  shape: readonly number[],
): Source {
  const quantiser = readQuantiser(reader, which);
  const own = quantiser.shape.slice(1);
  const spread = (values: Float64Array, at: number) => {
    let rest = at;
    let index = 0;
    let step = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (own[axis] > 1) index += (rest % shape[axis]) * step;
      step *= own[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return values[index];
  };
  const size = elements(shape);
  const bits = {
    signed: new Uint8Array(size),
    integer: new Int32Array(size),
    fraction: new Int32Array(size),
  };
  for (let at = 0; at < size; at++) {
    const [k, i, f] = [quantiser.signed, quantiser.integer, quantiser.fraction].map((values) =>
      spread(values, at),
    );
    bits.signed[at] = k;
    // an element without bits has none before the point either
    bits.integer[at] = k + i + f > 0 ? i : -k;
    bits.fraction[at] = k + i + f > 0 ? f : k + i + f;
  }
  return {
    name: `${reader.layer.name}_${which}`,
    className: 'FixedPointQuantizer',
    operation: {
      kind: 'quantizer',
      bits,
      homogeneous: shape.flatMap((_, axis) => (own[axis] > 1 ? [] : [axis])),
      rounding: quantiser.rounding,
      overflow: quantiser.overflow,
    },
    inputs: [from],
    shape,
    weights: {},
  };
}

const quantised =
  (handler: LayerHandler): LayerHandler =>
  (reader) => {
    const [node, ...rest] = handler(reader);
    const { weight, bias } = node.weights;
    const weights = {
      weight: quantisedWeight(weight, readQuantiser(reader, 'kq')),
      bias: bias.type
        ? { shape: bias.shape, values: bias.values }
        : quantisedWeight(bias, readQuantiser(reader, 'bq')),
    };
    const quantisers = reader.fields.flag('enable_iq', true)
      ? [quantiserNode(reader, 'iq', node.inputs[0], reader.inputShape)]
      : [];
    const inputs = quantisers.length > 0 ? [quantisers[0].name] : node.inputs;
    const nodes = [...quantisers, { ...node, inputs, weights }, ...rest];
    if (!reader.fields.flag('enable_oq', false)) return nodes;
    const last = nodes.at(-1)!;
    return [...nodes, quantiserNode(reader, 'oq', last.name, last.shape)];
  };

/** Handlers of HGQ2's classes; QKeras has some of the same names, so they are told apart by their quantisers. */
export const hgqHandlers: Readonly<Record<string, LayerHandler>> = {
  QDense: quantised(dense),
  QConv1D: quantised(convolution(1)),
  QConv2D: quantised(convolution(2)),
};
