/**
 * Expected counts of layers that no report shows: operators by their textbook size, one for each that the kernel has side by
 * side. An addition, comparison or rounding takes a LUT a bit (as csynth books it), a register a flip-flop a bit, a product of more than
 * 16 bits a DSP, two reads of a table a memory. Every such figure is marked as extrapolated.
 */
import { choicesFor, elements, GATES, type Layer, type LayerOf } from '../../model/index.ts';
import { countWeights, LUT_PRODUCT_BITS } from '../../lower/hls/index.ts';
import type { Counting, LayerCounts } from './counts.ts';
import { csynthMultiplierLut, LUT_ROM_BITS } from './multiplier.ts';

interface Hardware {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram18k: number;
}

const NOTHING: Hardware = { lut: 0, ff: 0, dsp: 0, bram18k: 0 };
const BRAM_BITS = 18432;

function together(...parts: readonly Partial<Hardware>[]): Hardware {
  return parts.reduce<Hardware>(
    (sum, { lut = 0, ff = 0, dsp = 0, bram18k = 0 }) => ({
      lut: sum.lut + lut,
      ff: sum.ff + ff,
      dsp: sum.dsp + dsp,
      bram18k: sum.bram18k + bram18k,
    }),
    NOTHING,
  );
}

function multipliers(count: number, a: number, b: number): Partial<Hardware> {
  return a + b > LUT_PRODUCT_BITS ? { dsp: count } : { lut: count * csynthMultiplierLut(a, b) };
}

/** Tables of so many bits each, read so often in a cycle: LUTs if small, else memories of two ports. */
function tables(reads: number, bits: number): Partial<Hardware> {
  return bits <= LUT_ROM_BITS
    ? { lut: reads * Math.ceil(bits / 64) }
    : { bram18k: Math.ceil(reads / 2) * Math.ceil(bits / BRAM_BITS) };
}

/** Products with known weights that need a multiplier, each made for itself, and the sum of all. */
function weighted(
  { model, mapping }: Counting,
  { name }: Layer,
  weights: string,
  inputBits: number,
  sumBits: number,
): Hardware {
  const constant = model.constants[weights];
  const size = elements(constant.shape);
  const { multipliers: needed, terms } = countWeights({ ...constant, shape: [size, 1] }, inputBits);
  const count = Math.min(Math.round(needed), Math.ceil(size / choicesFor(mapping, name).reuseFactor));
  return together(multipliers(count, inputBits, constant.type.width), {
    lut: Math.round(terms) * sumBits,
    ff: count * sumBits,
  });
}

/** Kinds that are counted by rules of their own. */
type Counted =
  | 'sparse-input-reduce'
  | 'sparse-conv2d'
  | 'sparse-relu'
  | 'sparse-average-pool2d'
  | 'sparse-max-pool2d'
  | 'sparse-flatten'
  | 'zero-pad2d'
  | 'conv2d'
  | 'average-pool2d'
  | 'max-pool2d'
  | 'dense'
  | 'relu'
  | 'sigmoid'
  | 'softmax'
  | 'table-softmax'
  | 'flatten';

export type ExpectedLayer = Exclude<Layer, { readonly kind: Counted }>;

export function countExpected(layer: ExpectedLayer, counting: Counting): LayerCounts {
  const { lut, ff, ...blocks } = hardwareOf(layer, counting);
  return {
    priced: {
      'csynth.lut': { known: lut },
      'csynth.ff': { known: ff },
      'vivado.lut': { known: lut },
      'vivado.ff': { known: ff },
    },
    csynth: blocks,
    vivado: blocks,
    extrapolated: [`resources of '${layer.kind}': expected counts, no report`],
  };
}

function hardwareOf(layer: ExpectedLayer, counting: Counting): Hardware {
  const { model } = counting;
  const { shape, type } = model.tensors[layer.inputs[0]];
  const output = model.tensors[layer.outputs[0]];
  const [bits, outBits] = [type.width, output.type.width];
  const lanes = lanesOf(counting, layer.inputs[0]);
  const result = { lut: lanes * outBits, ff: lanes * outBits };
  const tableBits = (name: string) =>
    elements(model.constants[name].shape) * model.constants[name].type.width;
  switch (layer.kind) {
    case 'quantize':
    case 'sparse-quantize':
    case 'thresholded-relu':
      return together(result);
    case 'sign':
      return together({ lut: lanes, ff: lanes * outBits });
    case 'parametric-relu':
      return together(result, multipliers(lanes, bits, model.constants[layer.slopes].type.width));
    case 'hard-sigmoid':
      return together(result, multipliers(lanes, bits, layer.slope.type.width));
    case 'scale-shift':
      return together(result, multipliers(lanes, bits, model.constants[layer.scale].type.width));
    case 'elu':
      return together(
        result,
        tables(lanes, tableBits(layer.table)),
        multipliers(lanes, model.constants[layer.table].type.width, layer.negative.type.width),
      );
    case 'table-function':
    case 'lookup':
      return together(result, tables(lanes, tableBits(layer.table)));
    case 'embedding':
      return together(
        { ff: lanesOf(counting, layer.outputs[0]) * outBits },
        tables(1, tableBits(layer.rows)),
      );
    case 'merge':
      return layer.operation === 'multiply'
        ? together(result, multipliers(lanes, bits, model.tensors[layer.inputs[1]].type.width))
        : together(result, {
            lut: lanes * Math.max(...layer.inputs.map((name) => model.tensors[name].type.width)),
          });
    case 'concatenate':
    case 'reshape':
    case 'transpose':
    case 'crop2d':
    case 'resize2d':
      return counting.profile.io === 'stream' ? together({ ff: elements(output.shape) * outBits }) : NOTHING;
    case 'depthwise-conv2d':
      return weighted(counting, layer, layer.weights, bits, layer.accumulator.width);
    case 'batched-dense':
      return weighted(counting, layer, layer.weights, bits, layer.accumulator.width);
    case 'dot':
    case 'batched-product': {
      const terms = shape.at(-1)!;
      const other = model.tensors[layer.inputs[1]].type.width;
      return together(multipliers(terms, bits, other), {
        lut: terms * layer.accumulator.width,
        ff: terms * outBits,
      });
    }
    case 'layer-normalization': {
      const features = shape.at(-1)!;
      const { width } = layer.accumulator;
      return together(multipliers(3 * features, width, width), {
        lut: 4 * features * width,
        ff: 3 * features * width,
      });
    }
    case 'legacy-softmax': {
      const [, size] = layer.slices;
      return together(
        tables(size * size, tableBits(layer.expTable)),
        tables(size, tableBits(layer.inverseTable)),
        {
          lut: 2 * size * size * bits,
          ff: size * outBits,
        },
      );
    }
    case 'argmax':
      return together({ lut: 2 * layer.slices[1] * bits, ff: layer.slices[1] * bits });
    case 'recurrent':
      return recurrentHardware(layer, counting);
    default:
      return layer satisfies never;
  }
}

/** Two sums a gate and unit; products of the state with the gates; two reads of a table a memory. */
function recurrentHardware(layer: LayerOf<'recurrent'>, counting: Counting): Hardware {
  const { model } = counting;
  const { width } = layer.accumulator;
  const state = model.tensors[layer.outputs[0]];
  const units = state.shape.at(-1)!;
  const gates = units * GATES[layer.cell];
  const used = [layer.activation, layer.recurrentActivation ?? layer.activation];
  const bits = Math.max(
    0,
    ...used.flatMap((activation) => {
      if (!('table' in activation)) return [];
      const { shape, type } = model.constants[activation.table];
      return [elements(shape) * type.width];
    }),
  );
  return together(
    weighted(counting, layer, layer.weights, model.tensors[layer.inputs[0]].type.width, width),
    weighted(counting, layer, layer.recurrentWeights, state.type.width, width),
    layer.cell === 'simple' ? {} : multipliers(3 * units, width, state.type.width),
    tables(gates, bits),
    { lut: gates * width, ff: 2 * gates * width },
  );
}

/** Elements side by side: all of a tensor, or those of a beat of a stream. */
function lanesOf({ model, profile }: Counting, tensor: string): number {
  const { shape } = model.tensors[tensor];
  return profile.io === 'stream' && shape.length > 1 ? shape.at(-1)! : elements(shape);
}
