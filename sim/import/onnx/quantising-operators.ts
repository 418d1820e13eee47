/** Quantising operators: QONNX `Quant`; `QuantizeLinear` and `DequantizeLinear` (QCDQ). */
import type { FixedFormat } from 'fixed-point-ts';
import { number, text } from './attributes.ts';
import { elementWise } from './element-wise.ts';
import type { OnnxHandler, OnnxReader } from './onnx-reader.ts';
import type { OnnxNode } from './proto.ts';
import { quantisedConstant, quantisedType } from './quantiser.ts';

/** QONNX: inputs value, scale, zero point, bit width. */
export const quant: OnnxHandler = (reader, node) => {
  const scalar = (index: number) => ({ name: '', ...reader.constant(node, index) });
  const name = reader.nextName('Quant');
  const type = quantisedType(name, {
    scale: scalar(1),
    zeroPoint: scalar(2),
    bits: scalar(3).values[0],
    signed: number(node, 'signed', 1) !== 0,
    narrow: number(node, 'narrow', 0) !== 0,
    rounding: text(node, 'rounding_mode', 'ROUND'),
  });
  quantise(reader, node, name, type);
};

/** QCDQ: the pair rounds half to even and saturates, as a fixed-point type does. The first of the pair does all. */
export const quantizeLinear: OnnxHandler = (reader, node) => {
  const zero = reader.has(node, 2) ? { name: '', ...reader.constant(node, 2) } : undefined;
  const name = reader.nextName('QuantizeLinear');
  const signed = zero?.signed ?? false;
  const type = quantisedType(name, {
    scale: { name: '', ...reader.constant(node, 1) },
    zeroPoint: zero,
    bits: zero?.bits ?? 8,
    signed,
    narrow: false,
    rounding: 'ROUND',
  });
  quantise(reader, node, name, type);
};

export const dequantizeLinear: OnnxHandler = (reader, node) => {
  const value = reader.get(node, 0);
  if (value.kind === 'tensor') return reader.set(node.outputs[0], value);
  const { weight } = value;
  const name = reader.nextName('DequantizeLinear');
  const scale = { name: '', ...reader.constant(node, 1) };
  const type = quantisedType(name, {
    scale,
    zeroPoint: reader.has(node, 2) ? { name: '', ...reader.constant(node, 2) } : undefined,
    bits: weight.bits ?? 8,
    signed: weight.signed ?? true,
    narrow: false,
    rounding: 'ROUND',
  });
  const values = weight.values.map((raw) => raw * scale.values[0]);
  reader.set(node.outputs[0], { kind: 'constant', weight: { shape: weight.shape, values, type } });
};

function quantise(reader: OnnxReader, node: OnnxNode, name: string, type: FixedFormat): void {
  const value = reader.get(node, 0);
  if (value.kind === 'constant') {
    reader.set(node.outputs[0], { kind: 'constant', weight: quantisedConstant(value.weight, type) });
    return;
  }
  elementWise(reader, node, value, {
    name: `${name}_act`,
    className: 'Activation',
    operation: { kind: 'activation', function: 'linear' },
    types: { result: type },
    quantiser: type,
  });
}
