/**
 * Quantising nodes: QONNX `Quant` and the pair `QuantizeLinear`, `DequantizeLinear` (QCDQ), with scales that are powers of
 * two, one for all or, of constants, one a channel, and zero point 0; `BipolarQuant` of constants. Others are refused by name.
 *
 * Source: QONNX, hls4ml 1.3.0 `quant_to_activation`, `fuse_quant_with_constant`; ONNX operators 13.
 */
import { fixed, type FixedFormat, fromNumber, toNumber, ufixed } from 'fixed-point-ts';
import { InputError } from '../../model/index.ts';
import type { Weight } from '../hls4ml/node.ts';
import type { OnnxTensor } from './proto.ts';

export interface QuantParameters {
  readonly scale: OnnxTensor;
  readonly zeroPoint: OnnxTensor | undefined;
  readonly bits: number;
  readonly signed: boolean;
  readonly narrow: boolean;
  readonly rounding: string;
}

function refuse(node: string, field: string, what: string, mend: string): InputError {
  return new InputError({ code: 'ONX004', layer: node, field, what, mend });
}

/** Exponents of scales. @throws InputError `ONX004` if one is no power of two */
function powersOf(node: string, { values }: Pick<OnnxTensor, 'values'>): readonly number[] {
  return Array.from(values, (step) => {
    const power = Math.log2(step);
    if (step > 0 && Number.isInteger(power)) return power;
    throw refuse(node, 'scale', `${step} is not a power of two`, 'train with power-of-two scales');
  });
}

/** The fixed-point type whose assignment is the quantiser, with one scale. @throws InputError `ONX004` */
export function quantisedType(node: string, parameters: QuantParameters): FixedFormat {
  const [power, ...others] = new Set(powersOf(node, parameters.scale));
  if (others.length === 0) return typeOf(node, parameters, power);
  throw refuse(
    node,
    'scale',
    `has ${parameters.scale.values.length} different numbers for a tensor`,
    'quantise activations with one scale for all',
  );
}

function typeOf(node: string, parameters: QuantParameters, power: number): FixedFormat {
  const { zeroPoint, bits, signed, narrow, rounding } = parameters;
  if (zeroPoint?.values.some((value) => value !== 0))
    throw refuse(node, 'zero_point', 'is not 0', 'train with symmetric quantisation');
  if (rounding !== 'ROUND' && rounding !== 'FLOOR')
    throw refuse(node, 'rounding_mode', `'${rounding}' is not supported`, 'use ROUND or FLOOR');
  if (narrow && !signed) throw refuse(node, 'narrow', 'is for signed numbers only', 'leave it out');
  const width = Math.ceil(bits);
  if (!(width >= 1 && width <= 64))
    throw refuse(node, 'bitwidth', `${bits} is not supported`, 'use 1 to 64 bits');
  const make = signed ? fixed : ufixed;
  return make(width, width + power, rounding === 'ROUND' ? 'RND_CONV' : 'TRN', narrow ? 'SAT_SYM' : 'SAT');
}

/** A constant as its quantiser leaves it; with several scales in a type that holds the numbers of each. */
export function quantisedConstant(node: string, weight: Weight, parameters: QuantParameters): Weight {
  const { scale } = parameters;
  const types = powersOf(node, scale).map((power) => typeOf(node, parameters, power));
  const values = weight.values.map((value, at) => {
    const type = types[types.length === 1 ? 0 : broadcastIndex(node, at, scale.shape, weight.shape)];
    return toNumber(fromNumber(value, type), type);
  });
  return { ...weight, values, type: covering(types) };
}

/** The numbers that a `DequantizeLinear` makes of whole ones. */
export function dequantisedConstant(node: string, weight: Weight, parameters: QuantParameters): Weight {
  const { scale } = parameters;
  const types = powersOf(node, scale).map((power) => typeOf(node, parameters, power));
  const values = weight.values.map((raw, at) => {
    const own = types.length === 1 ? 0 : broadcastIndex(node, at, scale.shape, weight.shape);
    return raw * scale.values[own];
  });
  return { shape: weight.shape, values, type: covering(types) };
}

/** The scale or its negative, in two bits. */
export function bipolarConstant(
  node: string,
  weight: Weight,
  scale: Pick<OnnxTensor, 'shape' | 'values'>,
): Weight {
  const types = powersOf(node, scale).map((power) => fixed(2, 2 + power));
  const values = weight.values.map((value, at) => {
    const own = types.length === 1 ? 0 : broadcastIndex(node, at, scale.shape, weight.shape);
    return value >= 0 ? scale.values[own] : -scale.values[own];
  });
  return { ...weight, values, type: covering(types) };
}

function covering(types: readonly FixedFormat[]): FixedFormat {
  const integerBits = Math.max(...types.map((type) => type.integerBits));
  const fraction = Math.max(...types.map((type) => type.width - type.integerBits));
  return { ...types[0], width: integerBits + fraction, integerBits };
}

/** Which of the numbers of shape `own`, whose axes have size 1 or the constant's, belongs to element `at`. */
function broadcastIndex(node: string, at: number, own: readonly number[], shape: readonly number[]): number {
  const missing = shape.length - own.length;
  if (missing < 0 || own.some((size, axis) => size !== 1 && size !== shape[axis + missing]))
    throw refuse(
      node,
      'scale',
      `of shape [${own.join(', ')}] does not fit a constant of shape [${shape.join(', ')}]`,
      'give one scale, or one a channel',
    );
  let [rest, index, step] = [at, 0, 1];
  for (let axis = shape.length - 1; axis >= missing; axis--) {
    const size = own[axis - missing];
    if (size > 1) index += (rest % shape[axis]) * step;
    step *= size;
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}
