/** Quantisers of HGQ2: their bits from a file, weights on their grid, and the node of one on a tensor. */
import { fixed, type FixedFormat, type Overflow, type Rounding, ufixed } from 'fixed-point-ts';
import { InputError } from '../../model/index.ts';
import { elements } from '../../model/layer-kind.ts';
import type { Source, Weight } from '../hls4ml/node.ts';
import type { Fields } from '../keras/fields.ts';
import type { LayerReader } from '../keras/layer-reader.ts';

/** Bits of each element, as a quantiser's variables have them. */
export interface Quantiser {
  readonly shape: readonly number[];
  readonly signed: Float64Array;
  readonly integer: Float64Array;
  readonly fraction: Float64Array;
  readonly rounding: Rounding;
  readonly overflow: Overflow;
}

const ROUNDINGS: readonly Rounding[] = ['TRN', 'RND', 'RND_CONV'];
const OVERFLOWS: readonly Overflow[] = ['WRAP', 'SAT', 'SAT_SYM'];

/** What is read, and what says nothing once a quantiser is trained: bits then stand in variables of the file. */
const KNOWN = [
  ...['q_type', 'round_mode', 'overflow_mode', 'place', 'trainable', 'is_weight', 'homogeneous_axis'],
  ...['heterogeneous_axis', 'k0', 'b0', 'i0', 'f0', 'bc', 'br', 'ic', 'ir', 'fc', 'fr', 'i_decay_speed'],
  ...['qnoise_factor', 'bw_mapper', 'seed'],
];

interface QuantiserConfig {
  readonly q_type?: string;
  readonly round_mode?: string;
  readonly overflow_mode?: string;
}

/** Where a quantiser stands: in which layer or sub-layer, under which name in its configuration and in the file. */
export interface QuantiserPlace {
  /** `iq`, `oq`, `kq`, `bq`: its configuration is the field `<which>_conf`. */
  readonly which: string;
  /** Its configuration, where it is no field of the layer. */
  readonly config?: unknown;
  /** Configuration of the sub-layer that has it, if it is not the layer itself. */
  readonly fields?: Fields;
  /** Groups of the file down to it; `[which]` if it is the layer's own. */
  readonly path?: readonly string[];
}

/**
 * A quantiser. Its variables stand trainable first: `kbi` has b, i, k and, wrapping, b, k, i; `kif` has i, f, k and,
 * wrapping, f, k, i. Source: hgq2 0.2.0 `FixedPointQuantizerKBI`, `FixedPointQuantizerKIF`.
 * @throws InputError `HGQ001` for what is not supported of it, `KER004` if the file does not hold it
 */
export function readQuantiser(reader: LayerReader, place: QuantiserPlace): Quantiser {
  const { which, fields = reader.fields, path: own = [which] } = place;
  const field = `${which}_conf`;
  const refuse = (what: string, mend: string, of = '') =>
    new InputError({ code: 'HGQ001', layer: reader.layer.name, field: `${field}${of}`, what, mend });
  const config = configOf(place.config ?? fields.raw(field));
  if (!config) throw refuse('is missing', 'save the model again');
  const { q_type: type, round_mode: round = 'RND', overflow_mode: overflowText = 'WRAP' } = config;
  for (const [name, value] of Object.entries(config)) {
    if ((value ?? null) !== null && !KNOWN.includes(name))
      throw refuse(`${JSON.stringify(value)} is not supported`, 'build the quantiser without it', `.${name}`);
  }
  const rounding = ROUNDINGS.find((mode) => mode === round.replace(/^S_/, ''));
  const overflow = OVERFLOWS.find((mode) => mode === overflowText);
  if (!rounding) throw refuse(`'${round}' is not supported`, `use ${ROUNDINGS.join(' or ')}`, '.round_mode');
  if (!overflow)
    throw refuse(`'${overflowText}' is not supported`, `use ${OVERFLOWS.join(' or ')}`, '.overflow_mode');
  if (type !== 'kbi' && type !== 'kif')
    throw refuse(`'${type ?? 'none'}' is not supported`, 'use kbi or kif', '.q_type');
  const path = [...own, 'quantizer'];
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

/** Wrapped in an object of its class, as Keras serialises it, or bare. */
function configOf(value: unknown): QuantiserConfig | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return 'config' in value ? (value.config as QuantiserConfig) : value;
}

function halfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Weights on their quantiser's grid, in 32-bit floats as Keras computes them; wrapping weights only round. */
export function quantisedWeight(weight: Weight, quantiser: Quantiser): Weight {
  const { rounding, overflow } = quantiser;
  const values = weight.values.map((value, at) => {
    const own = broadcastIndex(at, quantiser.shape, weight.shape);
    const [k, i, f] = [quantiser.signed[own], quantiser.integer[own], quantiser.fraction[own]];
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

/** Index into values of shape `own`, of which some axes have size 1 or are missing in front, for an element of `shape`. */
function broadcastIndex(at: number, own: readonly number[], shape: readonly number[]): number {
  const missing = shape.length - own.length;
  let rest = at;
  let index = 0;
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = own[axis - missing] ?? 1;
    if (size > 1) index += (rest % shape[axis]) * step;
    step *= size;
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}

/** The type of a quantiser of one width for all. @throws InputError `HGQ001` if it has several */
export function quantiserType(reader: LayerReader, place: QuantiserPlace): FixedFormat {
  const { signed, integer, fraction, rounding, overflow } = readQuantiser(reader, place);
  if (signed.length !== 1) {
    throw new InputError({
      code: 'HGQ001',
      layer: reader.layer.name,
      field: `${place.which}_conf`,
      what: 'has several widths; hls4ml has tables of one width only',
      mend: 'set homogeneous_axis so that the table has one width (heterogeneous_axis=())',
    });
  }
  const [k, i, f] = [signed[0], integer[0], fraction[0]];
  return (k > 0 ? fixed : ufixed)(Math.max(k + i + f, 1), k + i, rounding, overflow);
}

/** The node of a quantiser on a tensor; its bits spread over the tensor's shape. */
export function quantiserNode(
  quantiser: Quantiser,
  name: string,
  input: string,
  shape: readonly number[],
): Source {
  const own = quantiser.shape.slice(1);
  const size = elements(shape);
  const bits = {
    signed: new Uint8Array(size),
    integer: new Int32Array(size),
    fraction: new Int32Array(size),
  };
  for (let at = 0; at < size; at++) {
    const from = broadcastIndex(at, own, shape);
    const [k, i, f] = [quantiser.signed[from], quantiser.integer[from], quantiser.fraction[from]];
    bits.signed[at] = k;
    // an element without bits has none before the point either
    bits.integer[at] = k + i + f > 0 ? i : -k;
    bits.fraction[at] = k + i + f > 0 ? f : k + i + f;
  }
  return {
    name,
    className: 'FixedPointQuantizer',
    operation: {
      kind: 'quantizer',
      bits,
      homogeneous: shape.flatMap((_, axis) => (own[axis] > 1 ? [] : [axis])),
      rounding: quantiser.rounding,
      overflow: quantiser.overflow,
    },
    inputs: [input],
    shape,
    weights: {},
  };
}
