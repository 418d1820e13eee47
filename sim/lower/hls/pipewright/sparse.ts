/** Kernels on kept pixels: a slot a trip. */
import { choicesFor, type LayerOf } from '../../../model/index.ts';
import type { Access, Step } from '../../../pipeline/index.ts';
import { recodedDigits } from '../recoded-digits.ts';
import { selectionTreeOf } from '../sparse-input-reduce.ts';
import {
  beatProcess,
  type Context,
  type Kernel,
  type KernelOf,
  loop,
  reading,
  sequential,
  straight,
  wholeProcess,
  writing,
} from './context.ts';
import {
  chainCycles,
  constantDivisionCycles,
  productCycles,
  recurrenceInterval,
  selectionCycles,
  sumCycles,
  TABLE_CYCLES,
} from './operators.ts';

const LOAD_CYCLES = 2;

/** In a stream features and coordinates are taken first, a slot a trip; `steps` follow, the last loop gives the outputs. */
function slotProcess(
  context: Context,
  slots: number,
  steps: (accesses: readonly Access[]) => readonly Step[],
  depth: number,
) {
  if (context.io === 'parallel') return wholeProcess(context, steps([]));
  const load = loop('load', [slots], 1, LOAD_CYCLES, reading(context.reads));
  return { interval: null, steps: [load, ...steps(writing(context.writes, depth - 1))] };
}

export const sparseInputReduce: KernelOf<'sparse-input-reduce'> = (layer, context) => {
  const image = context.model.tensors[layer.inputs[0]];
  const slots = context.model.tensors[layer.outputs[0]].shape[0];
  if (context.io === 'parallel') {
    const tree = selectionTreeOf(image, slots, context.budgetNs);
    return {
      schedule: wholeProcess(context, [
        straight(1),
        loop('slots', [slots], tree.interval, tree.iterationCycles),
        straight(1),
      ]),
      derivation: `${slots} slots x II ${tree.interval}: a slot's selection must end before the next one's begins`,
    };
  }
  const pixels = image.shape[0] * image.shape[1];
  return {
    schedule: {
      interval: null,
      steps: [
        loop('pixels', [pixels], 1, 3, reading(context.reads)),
        loop('fill', [slots], 1, 2, writing(context.writes, 1)),
      ],
    },
    derivation: `${pixels} pixels x II 1 + ${slots} slots x II 1`,
    extrapolated: ['every slot empty: kept pixels leave earlier'],
  };
};

export const sparseConv2d: KernelOf<'sparse-conv2d'> = (layer, context) => {
  const { model, mapping, budgetNs } = context;
  const x = model.tensors[layer.inputs[0]];
  const weights = model.constants[layer.weights];
  const [slots, channels] = x.shape;
  const { strategy, reuseFactor } = choicesFor(mapping, layer.name);
  const { accumulator } = layer;
  // offsets and taps, products and their sum over the channels
  const terms =
    2 +
    productCycles(x.type.width + weights.type.width) +
    (channels > 1 ? sumCycles(channels, accumulator, budgetNs) : 0);
  const finish = 1;
  if (strategy === 'latency') {
    const depth = terms + sumCycles(slots, accumulator, budgetNs) + finish;
    return {
      schedule: slotProcess(
        context,
        slots,
        (accesses) => [loop('slots', [slots], reuseFactor, depth, accesses)],
        Math.max(depth, reuseFactor),
      ),
      derivation: `${slots} slots x II ${reuseFactor}, each with ${slots} neighbours at once`,
    };
  }
  const perCycle = Math.ceil(slots / Math.min(reuseFactor, slots));
  const trips = Math.ceil(slots / perCycle);
  const interval = recurrenceInterval(perCycle, accumulator, budgetNs);
  const neighbours = loop(
    'neighbours',
    [trips],
    interval,
    terms + sumCycles(perCycle, accumulator, budgetNs),
  );
  return {
    schedule: slotProcess(
      context,
      slots,
      (accesses) => [sequential('slots', slots, [straight(1), neighbours, straight(finish, accesses)], 1)],
      1,
    ),
    derivation: `${slots} slots one after the other, ${trips} trips over the neighbours x II ${interval}`,
  };
};

export function sparsePool2d(
  layer: LayerOf<'sparse-average-pool2d' | 'sparse-max-pool2d'>,
  context: Context,
): Kernel {
  const { model, budgetNs } = context;
  const x = model.tensors[layer.inputs[0]];
  const [slots] = x.shape;
  const cells = constantDivisionCycles(layer.pool, budgetNs) + 1;
  const value =
    layer.kind === 'sparse-max-pool2d'
      ? selectionCycles(slots, x.type.width, budgetNs)
      : sumCycles(slots, layer.accumulator, budgetNs) +
        (recodedDigits(layer.reciprocal.raw) > 2 ? chainCycles(7, budgetNs) : 0);
  const depth = 2 + value;
  return {
    schedule: slotProcess(
      context,
      slots,
      (accesses) => [straight(cells), loop('slots', [slots], 1, depth, accesses)],
      depth,
    ),
    derivation: `${cells} for the cells + ${slots} slots x II 1, each ${depth} deep`,
  };
}

export const sparseQuantize: KernelOf<'sparse-quantize'> = (layer, context) => {
  const [slots] = context.model.tensors[layer.inputs[0]].shape;
  // place in the image, its type, the rounding that this type has
  const cycles = 1 + TABLE_CYCLES;
  return {
    schedule: beatProcess(context, 'slots', slots, cycles),
    derivation: `${slots} slots x II 1, ${cycles} cycles of arithmetic in each`,
  };
};

export const sparseFlatten: KernelOf<'sparse-flatten'> = (layer, context) => {
  const { model, budgetNs } = context;
  const x = model.tensors[layer.inputs[0]];
  const [slots] = x.shape;
  const places = layer.height * layer.width;
  const find = 2 + selectionCycles(slots, x.type.width, budgetNs);
  if (context.io === 'parallel') {
    return {
      schedule: wholeProcess(context, [straight(find)], 1),
      derivation: `${places} places at once, the last of ${slots} slots for each`,
    };
  }
  return {
    schedule: slotProcess(
      context,
      slots,
      (accesses) => [straight(2), loop('places', [places], 1, find, accesses)],
      find,
    ),
    derivation: `${slots} slots + ${places} places x II 1`,
  };
};
