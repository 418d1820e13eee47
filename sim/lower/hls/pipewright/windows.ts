/** Convolution, pooling and padding of images. */
import { choicesFor, type Layer, type LayerOf } from '../../../model/index.ts';
import { imageShape } from '../../../model/layer-kind.ts';
import type { Step } from '../../../pipeline/index.ts';
import {
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
import { constantDivisionCycles, divisionCycles, levelsOf, selectionCycles, sumCycles } from './operators.ts';
import { type Axis, pixelSteps } from './pixel-steps.ts';
import { latencyCycles, resourceSteps, sharedWords } from './weighted-sum.ts';

type Windowed = LayerOf<'conv2d' | 'depthwise-conv2d' | 'average-pool2d' | 'max-pool2d'>;

/** Reading a pixel and moving the window, in a stream. */
const SHIFT_CYCLES = 2;

export const conv2d: KernelOf<'conv2d'> = (layer, context) => {
  const { model, mapping, budgetNs } = context;
  const image = model.tensors[layer.inputs[0]];
  const weights = model.constants[layer.weights];
  const [rows, columns, channels, sums] = weights.shape;
  const bits = image.type.width + weights.type.width;
  const terms = rows * columns * channels;
  const sum = { terms, sums, bits, accumulator: layer.accumulator, budgetNs };
  const choices = choicesFor(mapping, layer.name);
  const words = `${terms} x ${sums} products, ${sharedWords(choices)}`;
  if (choices.strategy === 'latency')
    return pipelinedWindow(layer, context, choices.reuseFactor, latencyCycles(sum), words);
  return sequentialWindow(layer, context, resourceSteps(sum, choices.reuseFactor), words);
};

export const depthwiseConv2d: KernelOf<'depthwise-conv2d'> = (layer, context) => {
  const { model, mapping, budgetNs } = context;
  const terms = layer.window[0] * layer.window[1];
  const bits = model.tensors[layer.inputs[0]].type.width + model.constants[layer.weights].type.width;
  const { reuseFactor } = choicesFor(mapping, layer.name);
  const cycles = latencyCycles({ terms, sums: 1, bits, accumulator: layer.accumulator, budgetNs });
  return pipelinedWindow(
    layer,
    context,
    reuseFactor,
    cycles,
    `${terms} products a channel, II ${reuseFactor}`,
  );
};

export function pool2d(layer: LayerOf<'average-pool2d' | 'max-pool2d'>, context: Context): Kernel {
  const size = layer.window[0] * layer.window[1];
  const { cycles, isPadded } = poolCycles(layer, context);
  const words = layer.kind === 'max-pool2d' ? `the largest of ${size}` : `the mean of ${size}`;
  const kernel = pipelinedWindow(layer, context, 1, cycles, words);
  return isPadded && layer.kind === 'average-pool2d'
    ? { ...kernel, extrapolated: ['division by a number known at run time'] }
    : kernel;
}

/** Cycles of arithmetic from the values of a window to the largest, or to their mean. */
export function poolCycles(
  layer: LayerOf<'average-pool2d' | 'max-pool2d'>,
  { model, budgetNs }: Pick<Context, 'model' | 'budgetNs'>,
) {
  const size = layer.window[0] * layer.window[1];
  const isPadded = Object.values(layer.padding).some((pixels) => pixels > 0);
  if (layer.kind === 'max-pool2d') {
    const { width } = model.tensors[layer.inputs[0]].type;
    return { isPadded, cycles: selectionCycles(levelsOf(size), width, budgetNs) };
  }
  const division = isPadded
    ? divisionCycles(layer.accumulator.width)
    : constantDivisionCycles(size, budgetNs);
  return { isPadded, cycles: sumCycles(size, layer.accumulator, budgetNs) + division };
}

function pipelinedWindow(
  layer: Windowed,
  context: Context,
  interval: number,
  cycles: number,
  words: string,
): Kernel {
  const { rows, columns, outRows, outColumns } = axesOf(layer, context);
  if (context.io === 'parallel') {
    return {
      schedule: wholeProcess(context, [
        loop('rows x columns', [outRows, outColumns], interval, 1 + cycles),
        straight(1),
      ]),
      derivation: `${outRows} x ${outColumns} windows, ${words}`,
    };
  }
  const [from, to] = [context.reads[0], context.writes[0]];
  const depth = Math.max(SHIFT_CYCLES + cycles + 1, interval);
  return {
    schedule: { interval: null, steps: pixelSteps({ rows, columns, interval, depth, from, to }) },
    derivation: `${sizeOf(rows)} x ${sizeOf(columns)} pixels, ${words}`,
  };
}

/** A window at a time, its sum worked out in a loop of its own. */
function sequentialWindow(layer: Windowed, context: Context, sum: readonly Step[], words: string): Kernel {
  const { rows, columns, outRows, outColumns } = axesOf(layer, context);
  const windows = outRows * outColumns;
  if (context.io === 'parallel') {
    return {
      schedule: wholeProcess(context, [
        sequential('rows', outRows, [sequential('columns', outColumns, [straight(1), ...sum], 1)], 1),
      ]),
      derivation: `${windows} windows one after the other, ${words}`,
    };
  }
  const pixels = sizeOf(rows) * sizeOf(columns);
  const reads = rows.inside * columns.inside;
  const both = Math.min(reads, windows);
  const read = straight(SHIFT_CYCLES, reading(context.reads));
  const work = [...sum, straight(1, writing(context.writes, 0))];
  // Of the pixels only the number is known to a loop, not which of them complete a window: those that do not come first.
  const steps = [
    sequential('pixels without window', reads - both, [read]),
    sequential('padding', pixels - reads - (windows - both), [straight(SHIFT_CYCLES)]),
    sequential('pixels with window', both, [read, ...work]),
    sequential('padding with window', windows - both, [straight(SHIFT_CYCLES), ...work]),
  ];
  return {
    schedule: { interval: null, steps },
    derivation: `${pixels} pixels, ${windows} windows one after the other, ${words}`,
    extrapolated: ['pixels that complete no window are counted in front of those that do'],
  };
}

/** Padding: every pixel of the output is a trip. */
export const zeroPad2d: KernelOf<'zero-pad2d'> = (layer, context) => {
  const { rows, columns, outRows, outColumns } = axesOf(
    { ...layer, window: [1, 1], stride: [1, 1] },
    context,
  );
  const derivation = `${outRows} x ${outColumns} pixels x II 1`;
  if (context.io === 'parallel')
    return {
      schedule: wholeProcess(context, [loop('rows x columns', [outRows, outColumns], 1, 2)]),
      derivation,
    };
  const [from, to] = [context.reads[0], context.writes[0]];
  const steps = pixelSteps({ rows, columns, interval: 1, depth: SHIFT_CYCLES, from, to });
  return { schedule: { interval: null, steps }, derivation };
};

type Extent = Pick<Windowed, 'window' | 'stride' | 'padding'> & Pick<Layer, 'inputs' | 'outputs'>;

function axesOf({ inputs, outputs, window, stride, padding }: Extent, { model }: Context) {
  const [height, width] = imageShape(model.tensors[inputs[0]].shape);
  const [outRows, outColumns] = imageShape(model.tensors[outputs[0]].shape);
  const { top, bottom, left, right } = padding;
  const rows: Axis = { before: top, inside: height, behind: bottom, window: window[0], stride: stride[0] };
  const columns: Axis = { before: left, inside: width, behind: right, window: window[1], stride: stride[1] };
  return { rows, columns, outRows, outColumns };
}

function sizeOf({ before, inside, behind }: Axis): number {
  return before + inside + behind;
}
