/**
 * Our own kernels: a Model as the Pipeline that an HLS compiler makes of the C++ that rtl-templates/hls writes.
 *
 * Every layer is a process of its own. What several layers read is copied by processes; what nothing reads is taken off its
 * stream. Nothing here has met a report of Vitis HLS: structure is that of the emitted text, operators are those of the
 * published kernels.
 */
import { InputError, type Layer, type Mapping, type Model } from '../../../model/index.ts';
import { elements } from '../../../model/layer-kind.ts';
import { type Channel, type Pipeline, type Stage, verifyPipeline } from '../../../pipeline/index.ts';
import {
  type Context,
  type Kernel,
  type KernelOf,
  type Layout,
  loop,
  reading,
  straight,
  writing,
} from './context.ts';
import { dense, elementWise, sliceWise, softmax } from './element-wise.ts';
import { sparseConv2d, sparseFlatten, sparseInputReduce, sparsePool2d, sparseQuantize } from './sparse.ts';
import {
  batchedDense,
  batchedProduct,
  dot,
  embedding,
  layerNormalization,
  pick,
  recurrent,
  unrolled,
} from './whole-tensor.ts';
import { conv2d, depthwiseConv2d, pool2d, zeroPad2d } from './windows.ts';

const kernels: { readonly [K in Layer['kind']]?: KernelOf<K> } = {
  'sparse-input-reduce': sparseInputReduce,
  'sparse-conv2d': sparseConv2d,
  'sparse-relu': elementWise,
  'sparse-average-pool2d': sparsePool2d,
  'sparse-max-pool2d': sparsePool2d,
  'sparse-flatten': sparseFlatten,
  'sparse-quantize': sparseQuantize,
  'zero-pad2d': zeroPad2d,
  'depthwise-conv2d': depthwiseConv2d,
  'average-pool2d': pool2d,
  'max-pool2d': pool2d,
  'table-softmax': sliceWise,
  'legacy-softmax': sliceWise,
  'table-function': elementWise,
  'thresholded-relu': elementWise,
  'parametric-relu': elementWise,
  'hard-sigmoid': elementWise,
  'scale-shift': elementWise,
  'batched-dense': batchedDense,
  'batched-product': batchedProduct,
  'layer-normalization': layerNormalization,
  argmax: sliceWise,
  concatenate: unrolled,
  conv2d,
  crop2d: pick,
  dense,
  dot,
  elu: elementWise,
  embedding,
  flatten: elementWise,
  lookup: elementWise,
  merge: unrolled,
  quantize: elementWise,
  recurrent,
  relu: elementWise,
  reshape: unrolled,
  resize2d: pick,
  sigmoid: elementWise,
  sign: elementWise,
  softmax,
  transpose: unrolled,
};

/** Layer kinds that the profile schedules. */
export const PIPEWRIGHT_KINDS = Object.keys(kernels) as readonly Layer['kind'][];

const UNPROVEN = 'our own kernels, which have met no report of an HLS compiler';
const COPY_CYCLES = 2;
/** Beats of a FIFO whose depth nobody chose, and of a FIFO of whole tensors. */
const DEFAULT_DEPTH = 2;

/** @throws InputError `LOW002` if a layer kind has no schedule here, `LOW003` if the clock leaves no time */
export function lowerPipewright(model: Model, mapping: Mapping): Pipeline {
  const budgetNs = mapping.clockNs - mapping.clockUncertaintyNs;
  if (!(budgetNs > 0)) {
    const what = `a clock of ${mapping.clockNs} ns with an uncertainty of ${mapping.clockUncertaintyNs} ns leaves no time`;
    throw new InputError({ code: 'LOW003', field: 'clockUncertaintyNs', what });
  }
  const { io } = mapping;
  const layouts = layoutsOf(model);
  const stages: Stage[] = [];
  const channels: Channel[] = [];
  const port = ({ name, beatsPerEvent, beat }: Channel) => ({
    channel: name,
    beats: beatsPerEvent,
    lanes: beat.elements,
  });
  const channel = (name: string, tensor: string, from: string | null, isBranch = false): Channel => {
    const { beats, lanes } = io === 'stream' ? layouts[tensor] : whole(layouts[tensor]);
    return {
      name,
      kind: 'fifo',
      beat: { elements: lanes, bits: model.tensors[tensor].type.width },
      depth:
        io === 'stream'
          ? Math.max(1, mapping.fifoDepths[tensor] ?? (isBranch ? beats : DEFAULT_DEPTH))
          : DEFAULT_DEPTH,
      beatsPerEvent: beats,
      handoffCycles: from === null ? 0 : 1,
      from,
      to: null,
    };
  };
  /** Channels that wait for their reader, by layer and input, and those of outputs. */
  const waiting = new Map<string, Channel>();
  const publish = (tensor: string, made: Channel): void => {
    const uses = usesOf(model, tensor);
    if (uses.length === 0) {
      if (made.from === null) return;
      if (io === 'stream') take(made);
      else channels.push({ ...made, kind: 'wire', depth: 1, handoffCycles: 0 });
      return;
    }
    let from = made;
    uses.slice(0, -1).forEach((use, index) => {
      const name = `copies of ${tensor} ${index + 1}`;
      const copies = [
        `${tensor}@${use}`,
        `${tensor}@${index === uses.length - 2 ? uses.at(-1)! : `rest ${index + 1}`}`,
      ];
      const [copy, rest] = copies.map((id) => channel(id, tensor, name, true));
      channels.push({ ...from, to: name });
      const [input, outputs] = [port(from), [port(copy), port(rest)]];
      const step =
        io === 'stream'
          ? loop('copy', [input.beats], 1, COPY_CYCLES, [...reading([input]), ...writing(outputs, 1)])
          : straight(0, [...reading([input]), ...writing(outputs, 0)]);
      stages.push({
        name,
        layer: null,
        schedule: { interval: io === 'stream' ? null : 1, steps: [step] },
        derivation: `${input.beats} beats x II 1, copied`,
        extrapolated: [UNPROVEN],
      });
      waiting.set(use, copy);
      from = rest;
    });
    waiting.set(uses.at(-1)!, from);
  };
  const take = (made: Channel): void => {
    const name = `rest of ${made.name}`;
    channels.push({ ...made, to: name });
    const step = loop('discard', [made.beatsPerEvent], 1, 1, reading([port(made)]));
    stages.push({
      name,
      layer: null,
      schedule: { interval: null, steps: [step] },
      derivation: `${made.beatsPerEvent} beats x II 1, not used`,
      extrapolated: [UNPROVEN],
    });
  };

  for (const tensor of model.inputs) publish(tensor, channel(tensor, tensor, null));
  for (const layer of model.layers) {
    const reads = layer.inputs.map((_, index) => waiting.get(useName(layer, index))!);
    reads.forEach((each) => channels.push({ ...each, to: layer.name }));
    const made = layer.outputs.map((tensor) => channel(tensor, tensor, layer.name));
    const context: Context = {
      model,
      mapping,
      io,
      budgetNs,
      layout: (tensor) => layouts[tensor],
      reads: reads.map(port),
      writes: made.map(port),
    };
    const { schedule, derivation, extrapolated = [] } = scheduled(layer, context);
    stages.push({
      name: layer.name,
      layer: layer.name,
      schedule,
      derivation,
      extrapolated: [UNPROVEN, ...extrapolated],
    });
    layer.outputs.forEach((tensor, index) => publish(tensor, made[index]));
  }
  model.outputs.forEach((_, index) => {
    const out = waiting.get(outputName(index));
    if (out && out.from !== null)
      channels.push({ ...out, kind: 'wire', depth: Math.max(1, out.depth), handoffCycles: 0 });
  });
  return verifyPipeline({ name: model.name, stages, channels, controlCycles: 1 });
}

function scheduled(layer: Layer, context: Context): Kernel {
  const kernel = kernels[layer.kind] as KernelOf<Layer['kind']> | undefined;
  if (kernel) return kernel(layer, context);
  const what = `profile 'pipewright' has no schedule for '${layer.kind}'`;
  throw new InputError({ code: 'LOW002', layer: layer.name, what, mend: 'choose another profile' });
}

function useName(layer: Layer, index: number): string {
  return layer.inputs.length === 1 ? layer.name : `${layer.name} ${index + 1}`;
}

function outputName(index: number): string {
  return `output ${index + 1}`;
}

/** Who reads a tensor: layers in order, then outputs. */
function usesOf(model: Model, tensor: string): string[] {
  return [
    ...model.layers.flatMap((layer) =>
      layer.inputs.flatMap((input, index) => (input === tensor ? [useName(layer, index)] : [])),
    ),
    ...model.outputs.flatMap((output, index) => (output === tensor ? [outputName(index)] : [])),
  ];
}

function whole({ beats, lanes }: Layout): Layout {
  return { beats: 1, lanes: beats * lanes };
}

const IN_PLACE: readonly Layer['kind'][] = [
  'relu',
  'sparse-relu',
  'sigmoid',
  'table-function',
  'thresholded-relu',
  'parametric-relu',
  'hard-sigmoid',
  'elu',
  'scale-shift',
  'sign',
  'quantize',
  'lookup',
  'flatten',
];

/** A pixel with all its channels is a beat, a vector is one; what is computed in place travels as it came. */
function layoutsOf(model: Model): Record<string, Layout> {
  const own = (tensor: string): Layout => {
    const { shape } = model.tensors[tensor];
    return { beats: elements(shape.slice(0, -1)), lanes: shape.at(-1)! };
  };
  const layouts = Object.fromEntries(model.inputs.map((tensor) => [tensor, own(tensor)]));
  for (const layer of model.layers) {
    for (const tensor of layer.outputs) {
      if (IN_PLACE.includes(layer.kind)) layouts[tensor] = layouts[layer.inputs[0]];
      else if (layer.kind === 'sparse-flatten')
        layouts[tensor] = {
          beats: layer.height * layer.width,
          lanes: model.tensors[layer.inputs[0]].shape[1],
        };
      else layouts[tensor] = own(tensor);
    }
  }
  return layouts;
}
