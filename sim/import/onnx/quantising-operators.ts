/** Quantising operators: QONNX `Quant` and `BipolarQuant`; `QuantizeLinear` and `DequantizeLinear` (QCDQ). */
import { number, text } from './attributes.ts';
import { elementWise } from './element-wise.ts';
import { type OnnxHandler, type OnnxReader, refusal } from './onnx-reader.ts';
import type { OnnxNode } from './proto.ts';
import {
  bipolarConstant,
  dequantisedConstant,
  quantisedConstant,
  quantisedType,
  type QuantParameters,
} from './quantiser.ts';

/** QONNX: inputs value, scale, zero point, bit width. */
export const quant: OnnxHandler = (reader, node) => {
  const scalar = (index: number) => ({ name: '', ...reader.constant(node, index) });
  quantise(reader, node, reader.nextName('Quant'), {
    scale: scalar(1),
    zeroPoint: scalar(2),
    bits: scalar(3).values[0],
    signed: number(node, 'signed', 1) !== 0,
    narrow: number(node, 'narrow', 0) !== 0,
    rounding: text(node, 'rounding_mode', 'ROUND'),
  });
};

/** QONNX: 1 or -1, times a scale. */
export const bipolarQuant: OnnxHandler = (reader, node) => {
  const value = reader.get(node, 0);
  if (value.kind === 'tensor')
    throw refusal(
      node,
      'input 0',
      'of a tensor is not supported, only of weights',
      'quantise activations with Quant',
    );
  const weight = bipolarConstant(reader.nextName('BipolarQuant'), value.weight, reader.constant(node, 1));
  reader.set(node.outputs[0], { kind: 'constant', weight });
};

/** QCDQ: the pair rounds half to even and saturates, as a fixed-point type does. The first of the pair does all. */
export const quantizeLinear: OnnxHandler = (reader, node) => {
  const zero = reader.has(node, 2) ? { name: '', ...reader.constant(node, 2) } : undefined;
  quantise(reader, node, reader.nextName('QuantizeLinear'), {
    scale: { name: '', ...reader.constant(node, 1) },
    zeroPoint: zero,
    bits: zero?.bits ?? 8,
    signed: zero?.signed ?? false,
    narrow: false,
    rounding: 'ROUND',
  });
};

export const dequantizeLinear: OnnxHandler = (reader, node) => {
  const value = reader.get(node, 0);
  if (value.kind === 'tensor') return reader.set(node.outputs[0], value);
  const { weight } = value;
  const scale = { name: '', ...reader.constant(node, 1) };
  const made = dequantisedConstant(reader.nextName('DequantizeLinear'), weight, {
    scale: { ...scale, shape: alongAxis(node, scale.values.length, weight.shape) },
    zeroPoint: reader.has(node, 2) ? { name: '', ...reader.constant(node, 2) } : undefined,
    bits: weight.bits ?? 8,
    signed: weight.signed ?? true,
    narrow: false,
    rounding: 'ROUND',
  });
  reader.set(node.outputs[0], { kind: 'constant', weight: made });
};

/** The shape that spreads scales along the operator's axis. */
function alongAxis(node: OnnxNode, scales: number, shape: readonly number[]): readonly number[] {
  if (scales === 1) return [];
  const given = number(node, 'axis', 1);
  const axis = given < 0 ? given + shape.length : given;
  return shape.map((_, at) => (at === axis ? scales : 1));
}

/** Of constants alone: limits that a narrower quantiser leaves in a file. */
export const clip: OnnxHandler = (reader, node) => {
  const value = reader.get(node, 0);
  if (value.kind === 'tensor')
    throw refusal(
      node,
      'input 0',
      'of a tensor is not supported, only of constants',
      'use Relu, or quantise with QONNX Quant (brevitas.export.export_qonnx)',
    );
  const limit = (index: number, none: number) =>
    reader.has(node, index) ? reader.constant(node, index).values[0] : none;
  const [low, high] = [limit(1, -Infinity), limit(2, Infinity)];
  const values = value.weight.values.map((item) => Math.min(Math.max(item, low), high));
  reader.set(node.outputs[0], { kind: 'constant', weight: { ...value.weight, values } });
};

function quantise(reader: OnnxReader, node: OnnxNode, name: string, parameters: QuantParameters): void {
  const value = reader.get(node, 0);
  if (value.kind === 'constant') {
    const weight = quantisedConstant(name, value.weight, parameters);
    reader.set(node.outputs[0], { kind: 'constant', weight });
    return;
  }
  const type = quantisedType(name, parameters);
  elementWise(reader, node, value, {
    name: `${name}_act`,
    className: 'Activation',
    operation: { kind: 'activation', function: 'linear' },
    types: { result: type },
    quantiser: type,
  });
}
