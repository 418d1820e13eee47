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

export function countSoftmax(layer: LayerOf<'softmax'>, counting: Counting): LayerCounts {
  const { shape, type } = counting.model.tensors[layer.inputs[0]];
  return softmaxCounts(counting, { inputs: elements(shape), bits: type.width, copies: 1 });
}

/** Whole tensors have the hardware once a slice, streams once. */
export function countTableSoftmax(layer: LayerOf<'table-softmax'>, counting: Counting): LayerCounts {
  const [outer, inputs, inner] = layer.slices;
  const bits = counting.model.tensors[layer.inputs[0]].type.width;
  const copies = counting.profile.io === 'stream' ? 1 : outer * inner;
  return softmaxCounts(counting, { inputs, bits, copies });
}

interface SoftmaxSize {
  readonly inputs: number;
  readonly bits: number;
  readonly copies: number;
}

function softmaxCounts({ profile }: Counting, { inputs, bits, copies }: SoftmaxSize): LayerCounts {
  const own = profile.io === 'stream' ? 'streamSoftmax' : 'softmax';
  const counts = {
    [`${own}.inputBit`]: copies * inputs * bits,
    [`${own}.treeBit`]: copies * inputs * Math.ceil(Math.log2(Math.max(2, inputs))) * bits,
    [`${own}.input`]: copies * inputs,
  };
  // Two reads of the exponential table a memory, and the table of inverses; Vitis HLS books two memories for each.
  const tables = Math.ceil(inputs / 2) + 1;
  const dsp = copies * inputs;
  return {
    priced: { 'csynth.lut': counts, 'csynth.ff': counts, 'vivado.lut': counts, 'vivado.ff': counts },
    csynth: { dsp, bram18k: copies * (profile.io === 'stream' ? 4 : 2 * tables) },
    vivado: { dsp, bram18k: copies * (profile.io === 'stream' ? 4 : tables) },
    extrapolated: [
      ...(inputs < 5 || inputs > 10 ? [`softmax of ${inputs} values`] : []),
      ...(copies > 1 ? [`${copies} slices at once`] : []),
    ],
  };
}
