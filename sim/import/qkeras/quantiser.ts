/**
 * QKeras quantisers: what they do to weights, and the types hls4ml gives them.
 *
 * Source: QKeras `quantized_bits`, `binary`, `ternary`; hls4ml 1.3.0 `QKerasQuantizer`, `QKerasBinaryQuantizer`, `BinaryQuantizer`,
 * `TernaryQuantizer`.
 */
import { fixed, type FixedFormat, int } from 'fixed-point-ts';
import { InputError } from '../../model/index.ts';
import type { Weight } from '../hls4ml/node.ts';

export interface Quantiser {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Names of the positional parameters of quantisers written as a call. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  quantized_bits: ['bits', 'integer', 'symmetric', 'keep_negative', 'alpha'],
  quantized_relu: ['bits', 'integer', 'use_sigmoid', 'negative_slope'],
  quantized_tanh: ['bits'],
  quantized_sigmoid: ['bits'],
  binary: ['use_01', 'alpha', 'use_stochastic_rounding'],
  ternary: ['alpha', 'threshold', 'use_stochastic_rounding', 'number_of_unrolls'],
};

/**
 * A quantiser given as an object or as a call (`quantized_bits(8,2,alpha=1)`); undefined for none.
 * @throws InputError `QKE001` if it is neither
 */
export function readQuantiser(layer: string, field: string, value: unknown): Quantiser | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'object') {
    const { class_name: className, config } = value as { class_name?: unknown; config?: unknown };
    if (typeof className === 'string') {
      return { className: className.replace(/^.*>/, ''), config: (config ?? {}) as Quantiser['config'] };
    }
  }
  const call = typeof value === 'string' ? /^(\w+)(?:\((.*)\))?$/.exec(value.trim()) : undefined;
  if (call) return { className: call[1], config: argumentsOf(call[1], call[2] ?? '') };
  throw new InputError({
    code: 'QKE001',
    layer,
    field,
    what: `is ${JSON.stringify(value)}, which is no QKeras quantiser`,
    mend: 'use quantized_bits with alpha=1 for weights, quantized_relu or quantized_bits for activations',
  });
}

/** Parameters of quantisers that say nothing at inference, or do so with other values than these alone. */
const ONLY: Readonly<Record<string, readonly unknown[] | undefined>> = {
  alpha: [1],
  elements_per_scale: [],
  is_quantized_clip: [true],
  max_po2_exponent: [],
  min_po2_exponent: [],
  number_of_unrolls: undefined, // alpha is 1
  post_training_scale: [],
  qnoise_factor: [1],
  relu_upper_bound: [],
  scale_axis: undefined, // alpha is 1
  use_ste: undefined,
  use_01: [false, 0],
  use_sigmoid: [0, false],
  use_stochastic_rounding: undefined, // in training alone
  use_variables: undefined,
  var_name: undefined,
};

/** @throws InputError `QKE002` for a parameter that is not known, or with a value that is not supported */
export function checkParameters(layer: string, field: string, { className, config }: Quantiser): void {
  for (const [name, value] of Object.entries(config)) {
    if (value === null || (READ[className] ?? []).includes(name)) continue;
    const allowed = Object.hasOwn(ONLY, name) ? ONLY[name] : [];
    if (allowed === undefined || allowed.includes(value)) continue;
    throw new InputError({
      code: 'QKE002',
      layer,
      field: `${field}.${name}`,
      what: `${JSON.stringify(value)} is not supported of ${className}`,
      mend: allowed.length > 0 ? `use ${allowed.join(' or ')}` : 'leave it out',
    });
  }
}

/** Parameters that are read. */
const READ: Readonly<Record<string, readonly string[]>> = {
  quantized_bits: ['bits', 'integer', 'symmetric', 'keep_negative'],
  quantized_relu: ['bits', 'integer', 'negative_slope'],
  quantized_tanh: ['bits', 'symmetric', 'use_real_tanh'],
  quantized_sigmoid: ['bits', 'symmetric', 'use_real_sigmoid'],
  ternary: ['threshold'],
};

function argumentsOf(name: string, text: string): Record<string, unknown> {
  const given = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return Object.fromEntries(
    given.map((part, index) => {
      const [key, value] = part.includes('=')
        ? part.split('=').map((side) => side.trim())
        : [PARAMETERS[name]?.[index] ?? `argument ${index}`, part];
      return [key, literal(value)];
    }),
  );
}

function literal(text: string): unknown {
  if (text === 'True') return true;
  if (text === 'False') return false;
  if (text === 'None') return null;
  const number = Number(text);
  return Number.isNaN(number) ? text.replace(/^['"]|['"]$/g, '') : number;
}

/** A weight as its quantiser leaves it. @throws InputError `QKE002` for quantisers and scales that are not supported */
export function quantiseWeight(
  layer: string,
  field: string,
  weight: Weight,
  quantiser: Quantiser | undefined,
): Weight {
  if (!quantiser) return weight;
  const { className, config } = quantiser;
  checkParameters(layer, field, quantiser);
  const refuse = (what: string) =>
    new InputError({
      code: 'QKE002',
      layer,
      field,
      what,
      mend: 'use quantized_bits, binary or ternary with alpha=1',
    });
  if (className === 'binary') return fewLevels(weight, binaryLevel, field === 'kernel_quantizer');
  if (className === 'ternary') {
    const threshold = config.threshold ?? TERNARY_THRESHOLD;
    if (typeof threshold !== 'number' || !(threshold >= 0))
      throw refuse(`a threshold of ${JSON.stringify(threshold)} is not supported`);
    return fewLevels(weight, ternaryLevel(threshold));
  }
  if (className !== 'quantized_bits')
    throw refuse(`the quantiser '${className}' is not supported for weights`);
  const bits = Number(config.bits ?? 8);
  const integer = Number(config.integer ?? 0);
  const keepNegative = Number(config.keep_negative ?? true) !== 0;
  const symmetric = Number(config.symmetric ?? 0) !== 0;
  if (!(Number.isInteger(bits) && Number.isInteger(integer) && bits > (keepNegative ? 1 : 0)))
    throw refuse(`${bits} bits, ${integer} of them before the point, are not supported`);
  const values = weight.values.map((value) => quantizedBits(value, bits, integer, keepNegative, symmetric));
  return { shape: weight.shape, values, type: typeOf(bits, integer) };
}

/** Rounded half to even on the quantiser's grid, then clipped to its range. */
function quantizedBits(
  value: number,
  bits: number,
  integer: number,
  keepNegative: boolean,
  symmetric: boolean,
): number {
  const digits = bits - (keepNegative ? 1 : 0);
  const step = 2 ** (integer - digits);
  const low = keepNegative ? -(2 ** digits) + (symmetric ? 1 : 0) : 0;
  const high = 2 ** digits - 1;
  return Math.min(Math.max(halfEven(value / step), low), high) * step;
}

function halfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Signed whatever the quantiser keeps: hls4ml does not look. */
function typeOf(bits: number, integer: number): FixedFormat {
  return bits === integer ? int(bits) : fixed(bits, integer + 1);
}

/** Of QKeras' ternary where it is given none. */
const TERNARY_THRESHOLD = 0.33;

const binaryLevel = (value: number): number => (value >= 0 ? 1 : -1);
/** In 32-bit floats, which QKeras computes in. */
const ternaryLevel = (threshold: number) => {
  const least = Math.fround(threshold);
  return (value: number): number => (Math.abs(Math.fround(value)) >= least ? Math.sign(value) : 0);
};

/** Weights of -1, 0 and 1 in two bits. @param xnor  whether hls4ml keeps them in one bit */
function fewLevels(weight: Weight, level: (value: number) => number, xnor = false): Weight {
  return { ...weight, values: weight.values.map(level), type: int(2), ...(xnor ? { xnor } : {}) };
}

/** Of BinaryDense layers, weights of -1 and 1. */
export function binaryWeight(weight: Weight): Weight {
  return fewLevels(weight, binaryLevel);
}

/** Of TernaryDense layers, weights of -1, 0 and 1. */
export function ternaryWeight(weight: Weight): Weight {
  return fewLevels(weight, (value) => (value > 0.5 ? 1 : value <= -0.5 ? -1 : 0));
}
