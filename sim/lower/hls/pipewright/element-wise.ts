/** Kernels with one loop over beats, and vectors that one pipelined function takes. */
import { choicesFor, type Layer, type LayerOf } from '../../../model/index.ts';
import { elements } from '../../../model/layer-kind.ts';
import type { Step } from '../../../pipeline/index.ts';
import {
  arrayProcess,
  beatProcess,
  type Context,
  type Kernel,
  type KernelOf,
  loadLoop,
  sequential,
  straight,
  wholeProcess,
  writing,
} from './context.ts';
import { levelsOf, productCycles, selectionCycles, sumCycles, TABLE_CYCLES } from './operators.ts';
import { latencyCycles, resourceSteps, sharedWords } from './weighted-sum.ts';

export type ElementKind =
  | 'relu'
  | 'sparse-relu'
  | 'flatten'
  | 'sigmoid'
  | 'table-function'
  | 'thresholded-relu'
  | 'parametric-relu'
  | 'hard-sigmoid'
  | 'elu'
  | 'scale-shift'
  | 'sign'
  | 'quantize'
  | 'lookup';

export function elementWise(layer: LayerOf<ElementKind>, context: Context): Kernel {
  const { beats } = context.layout(layer.inputs[0]);
  const cycles = elementCycles(layer, context);
  return {
    schedule: beatProcess(context, 'beats', beats, cycles),
    derivation: `${beats} beats x II 1, ${cycles} cycles of arithmetic in each`,
  };
}

/** Cycles of arithmetic from one value to the next layer's. */
export function elementCycles(layer: LayerOf<ElementKind>, { model }: Pick<Context, 'model'>): number {
  const bits = model.tensors[layer.inputs[0]].type.width;
  const product = (constant: string) => productCycles(bits + model.constants[constant].type.width);
  switch (layer.kind) {
    case 'relu':
    case 'sparse-relu':
    case 'flatten':
    case 'thresholded-relu':
    case 'sign':
    case 'quantize':
      return 0;
    case 'sigmoid':
    case 'table-function':
    case 'lookup':
      return TABLE_CYCLES;
    case 'parametric-relu':
      return product(layer.slopes);
    case 'scale-shift':
      return 1 + product(layer.scale);
    case 'hard-sigmoid':
      return 1 + productCycles(bits + layer.slope.type.width);
    case 'elu':
      return TABLE_CYCLES + productCycles(bits + layer.negative.type.width);
    default:
      return layer satisfies never;
  }
}

export const dense: KernelOf<'dense'> = (layer, context) => {
  const { model, mapping, io, budgetNs } = context;
  const x = model.tensors[layer.inputs[0]];
  const weights = model.constants[layer.weights];
  const [terms, sums] = [elements(x.shape), weights.shape[1]];
  const sum = {
    terms,
    sums,
    bits: x.type.width + weights.type.width,
    accumulator: layer.accumulator,
    budgetNs,
  };
  const choices = choicesFor(mapping, layer.name);
  const cycles = latencyCycles(sum);
  const derivation = `${terms} x ${sums} products, ${sharedWords(choices)}`;
  const latencySteps = [straight(cycles + choices.reuseFactor - 1)];
  const steps: readonly Step[] =
    choices.strategy === 'latency' ? latencySteps : resourceSteps(sum, choices.reuseFactor);
  if (io === 'parallel') {
    const interval = choices.strategy === 'latency' ? choices.reuseFactor : null;
    return { schedule: wholeProcess(context, steps, interval), derivation };
  }
  return { schedule: vectorStream(context, steps), derivation };
};

/** Takes all beats, computes, gives one. */
function vectorStream(context: Context, steps: readonly Step[]) {
  return {
    interval: null,
    steps: [loadLoop('beats', context.reads[0]), ...steps, straight(1, writing(context.writes, 0))],
  };
}

export const softmax: KernelOf<'softmax'> = (layer, context) => {
  const size = elements(context.model.tensors[layer.inputs[0]].shape);
  const cycles = 2 + levelsOf(Math.max(2, size));
  const steps = [straight(cycles)];
  return {
    schedule: context.io === 'parallel' ? wholeProcess(context, steps, 1) : vectorStream(context, steps),
    derivation: `2 for the tables + ${cycles - 2} levels of trees over ${size} values`,
  };
};

/** Slice by slice, none overlapping the next. */
export function sliceWise(
  layer: LayerOf<'table-softmax' | 'legacy-softmax' | 'argmax'>,
  context: Context,
): Kernel {
  const [outer, size, inner] = layer.slices;
  const cycles = 1 + sliceCycles(layer, size, context);
  return {
    schedule: arrayProcess(context, [
      sequential('blocks', outer, [sequential('offsets', inner, [straight(cycles)], 1)], 1),
    ]),
    derivation: `${outer} x ${inner} slices of ${size} values, ${cycles} cycles each`,
  };
}

function sliceCycles(
  layer: Extract<Layer, { kind: 'table-softmax' | 'legacy-softmax' | 'argmax' }>,
  size: number,
  { model, budgetNs }: Context,
): number {
  const bits = model.tensors[layer.inputs[0]].type.width;
  switch (layer.kind) {
    case 'table-softmax':
      return 2 + levelsOf(Math.max(2, size));
    case 'legacy-softmax':
      return 2 * TABLE_CYCLES + sumCycles(size, layer.sum, budgetNs);
    case 'argmax':
      return selectionCycles(size - 1, bits, budgetNs);
    default:
      return layer satisfies never;
  }
}
