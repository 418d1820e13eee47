/** One register a feature; an unsigned feature needs no comparison. All of it as csynth books it. */
import { elements, type LayerOf } from '../../model/index.ts';
import { type Counting, type LayerCounts, NO_BLOCKS } from './counts.ts';

export function countSparseRelu(layer: LayerOf<'sparse-relu'>, { model }: Counting): LayerCounts {
  const { shape, type } = model.tensors[layer.inputs[0]];
  const features = elements(shape);
  const bits = model.tensors[layer.outputs[0]].type.width;
  const valueBits = features * (type.signed ? bits - 1 : bits);
  return {
    priced: {
      'csynth.lut': { known: features * (type.signed ? 15 + 2 * type.width : 9) + 11 },
      'csynth.ff': { known: valueBits + 2 },
      'vivado.lut': { 'relu.bit': valueBits },
      'vivado.ff': { known: valueBits + 1 },
    },
    csynth: NO_BLOCKS,
    vivado: NO_BLOCKS,
    extrapolated: [],
  };
}
