/**
 * Quantising nodes: QONNX `Quant` and the pair `QuantizeLinear`, `DequantizeLinear` (QCDQ), with one scale that is a power
 * of two and zero point 0; others are refused by name.
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

/** The fixed-point type whose assignment is the quantiser. @throws InputError `ONX004` */
export function quantisedType(node: string, parameters: QuantParameters): FixedFormat {
  const { scale, zeroPoint, bits, signed, narrow, rounding } = parameters;
  const refuse = (field: string, what: string, mend: string) =>
    new InputError({ code: 'ONX004', layer: node, field, what, mend });
  const [step] = scale.values;
  const power = Math.log2(step);
  if (!scale.values.every((value) => value === step) || !(step > 0) || !Number.isInteger(power)) {
    const shown = scale.values.length === 1 ? String(step) : `${scale.values.length} numbers`;
    throw refuse('scale', `${shown} is not one power of two`, 'train with power-of-two scales');
  }
  if (zeroPoint?.values.some((value) => value !== 0))
    throw refuse('zero_point', 'is not 0', 'train with symmetric quantisation');
  if (rounding !== 'ROUND' && rounding !== 'FLOOR')
    throw refuse('rounding_mode', `'${rounding}' is not supported`, 'use ROUND or FLOOR');
  if (narrow && !signed) throw refuse('narrow', 'is for signed numbers only', 'leave it out');
  const width = Math.ceil(bits);
  const make = signed ? fixed : ufixed;
  return make(width, width + power, rounding === 'ROUND' ? 'RND_CONV' : 'TRN', narrow ? 'SAT_SYM' : 'SAT');
}

/** A constant as its quantiser leaves it. */
export function quantisedConstant(weight: Weight, type: FixedFormat): Weight {
  return { ...weight, values: weight.values.map((value) => toNumber(fromNumber(value, type), type)), type };
}
