/** Biases, and the fields that all layers with weights share. */
import { uint } from 'fixed-point-ts';
import type { Weight } from '../../hls4ml/node.ts';
import type { LayerReader } from '../layer-reader.ts';

/** The bias, or zeros of one unsigned bit where the layer has none, as hls4ml has it. */
export function biasOf(reader: LayerReader, size: number, index = 1): Weight {
  if (reader.fields.flag('use_bias', true)) return reader.weight('bias', index, [size]);
  return noBias(size);
}

export function noBias(size: number): Weight {
  return { shape: [size], values: new Float64Array(size), type: uint(1) };
}

export function zeros(size: number): Weight {
  return { shape: [size], values: new Float64Array(size) };
}
