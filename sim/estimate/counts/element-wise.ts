/** ReLU, sigmoid, softmax. */
import { elements, type LayerOf } from '../../model/index.ts';
import { type Counting, type LayerCounts, NO_BLOCKS } from './counts.ts';

/** Bits of the channels that a beat of this tensor has in a process: all elements, or those of one pixel of a stream. */
function width({ model, profile }: Counting, tensor: string): number {
  const { shape } = model.tensors[tensor];
  return profile.io === 'stream' && shape.length > 1 ? shape.at(-1)! : elements(shape);
}

export function countRelu(layer: LayerOf<'relu'>, counting: Counting): LayerCounts {
  const own = counting.profile.io === 'stream' ? 'streamRelu' : 'relu';
  const lanes = width(counting, layer.inputs[0]);
  const bits = counting.model.tensors[layer.outputs[0]].type.width;
  return {
    priced: {
      'csynth.lut': {
        [`${own}.rounding`]: lanes,
        [`${own}.roundingBit`]: lanes * bits,
        [`${own}.process`]: 1,
      },
      'csynth.ff': { known: lanes * bits + 2 },
      'vivado.lut': { [`${own}.roundingBit`]: lanes * bits },
      'vivado.ff': { known: lanes * bits + 1 },
    },
    csynth: NO_BLOCKS,
    vivado: NO_BLOCKS,
    extrapolated: [],
  };
}

export function countSigmoid(layer: LayerOf<'sigmoid'>, { model }: Counting): LayerCounts {
  const { shape, type } = model.tensors[layer.inputs[0]];
  const inputs = elements(shape);
  const counts = { 'sigmoid.input': inputs, 'sigmoid.inputBit': inputs * type.width };
  const bram18k = Math.ceil(inputs / 2);
  return {
    priced: { 'csynth.lut': counts, 'csynth.ff': counts, 'vivado.lut': counts, 'vivado.ff': counts },
    csynth: { ...NO_BLOCKS, bram18k },
    vivado: { ...NO_BLOCKS, bram18k },
    extrapolated: inputs > 1 ? [`sigmoid of ${inputs} values`] : [],
  };
}

export function countSoftmax(layer: LayerOf<'softmax'>, { model, profile }: Counting): LayerCounts {
  const { shape, type } = model.tensors[layer.inputs[0]];
  const inputs = elements(shape);
  const own = profile.io === 'stream' ? 'streamSoftmax' : 'softmax';
  const counts = {
    [`${own}.inputBit`]: inputs * type.width,
    [`${own}.treeBit`]: inputs * Math.ceil(Math.log2(Math.max(2, inputs))) * type.width,
    [`${own}.input`]: inputs,
  };
  // Two reads of the exponential table a memory, and the table of inverses; Vitis HLS books two memories for each.
  const tables = Math.ceil(inputs / 2) + 1;
  return {
    priced: { 'csynth.lut': counts, 'csynth.ff': counts, 'vivado.lut': counts, 'vivado.ff': counts },
    csynth: { dsp: inputs, bram18k: profile.io === 'stream' ? 4 : 2 * tables },
    vivado: { dsp: inputs, bram18k: profile.io === 'stream' ? 4 : tables },
    extrapolated: inputs < 5 || inputs > 10 ? [`softmax of ${inputs} values`] : [],
  };
}
