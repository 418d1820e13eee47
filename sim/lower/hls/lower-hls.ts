/** A Model as the Pipeline that an HLS compiler makes of a published set of kernels. */
import { elements, InputError, type Layer, type Mapping, type Model } from '../../model/index.ts';
import { type Channel, exactly, type Pipeline, type Stage, verifyPipeline } from '../../pipeline/index.ts';
import { fanOut } from './hls4ml/fan-out.ts';
import { joinWhole } from './hls4ml/join-whole.ts';
import type { LayerLowering, Profile, Site } from './profile.ts';
import { bitsOf, tensorRanges, type TensorRanges } from './value-range.ts';

/** Name of the process that HLS adds where a design hands arrays back in registers. */
export const RETURN_STAGE = 'Block_entry';

/** Depth of the FIFO of every element between two processes, and of a copy that passes a process by. */
const FIFO_DEPTH = 2;
const COPY_DEPTH = 3;

/**
 * One stage a layer, joined as the kernels join them, the schedules by `profile`.
 * @throws InputError `LOW002` if the profile has no schedule for a layer, `LOW003` if its clock leaves no time, `LOW004` for
 *   a padding that its kernels do not have
 */
export function lowerHls(model: Model, mapping: Mapping, profile: Profile): Pipeline {
  if (profile.lower) return profile.lower(model, { ...mapping, io: profile.io });
  const ranges = tensorRanges(model);
  const budgetNs = mapping.clockNs - mapping.clockUncertaintyNs;
  if (!(budgetNs > 0)) {
    throw new InputError({
      code: 'LOW003',
      field: 'clockUncertaintyNs',
      what: `a clock of ${mapping.clockNs} ns with an uncertainty of ${mapping.clockUncertaintyNs} ns leaves no time`,
    });
  }
  const wiring = wire(model, mapping, profile, ranges);
  const fan = profile.fansOut ? fanOut(wiring.channels, profile.io) : undefined;
  const channels = fan?.channels ?? wiring.channels;
  const stages = model.layers.flatMap((layer): Stage[] => {
    if (isAlias(layer)) return [];
    const lower = profile.kinds[layer.kind] as LayerLowering<Layer> | undefined;
    if (!lower) {
      throw new InputError({
        code: 'LOW002',
        layer: layer.name,
        what: `profile '${profile.name}' has no schedule for '${layer.kind}'`,
        mend: 'choose another profile',
      });
    }
    const site: Site = {
      model,
      mapping,
      budgetNs,
      ranges,
      io: profile.io,
      reads: inOrderOf(
        layer,
        channels.filter(({ to }) => to === layer.name).map(({ name }) => name),
        wiring.source,
      ),
      writes: channels.filter(({ from }) => from === layer.name).map(({ name }) => name),
      beats: wiring.beats,
      lanes: (tensor) => elements(model.tensors[tensor].shape) / wiring.beats(tensor),
      port: (name) => {
        const { beatsPerEvent, beat } = channels.find((each) => each.name === name)!;
        return { channel: name, beats: beatsPerEvent, lanes: beat.elements };
      },
      channelBits: (tensor) => channelBits(model, ranges, tensor, wiring.readers(tensor).length),
      isRead: (tensor) => wiring.readers(tensor).length > 0,
    };
    const { schedule, derivation, extrapolated = [] } = lower(layer, site);
    const stage = { name: layer.name, layer: layer.name, schedule, derivation, extrapolated };
    return [
      stage,
      ...(fan?.copies.filter(({ writer }) => writer === layer.name) ?? []).map(({ copy }) => copy),
    ];
  });
  stages.unshift(...(fan?.copies ?? []).filter(({ writer }) => writer === null).map(({ copy }) => copy));
  if (wiring.returned.length > 0) stages.push(returnStage(wiring.returned));
  if (profile.fansOut && profile.io === 'parallel')
    return verifyPipeline({
      name: model.name,
      stages,
      channels: joinWhole(model, mapping, stages, channels),
      controlCycles: 0,
    });
  // A dataflow region restarts its slowest process one cycle after it ends.
  return verifyPipeline({ name: model.name, stages, channels, controlCycles: 1 });
}

/** Channels of a layer's inputs in the order in which it names them. */
function inOrderOf(
  { inputs }: Layer,
  channels: readonly string[],
  source: (tensor: string) => string,
): string[] {
  const place = (channel: string) =>
    inputs.findIndex((input) => channel === source(input) || channel.startsWith(`${source(input)}@`));
  return [...channels].sort((a, b) => place(a) - place(b));
}

/** Layers that make no hardware: the same values under another shape. */
export function isAlias({ kind }: Layer): boolean {
  return kind === 'flatten';
}

interface Wiring {
  readonly channels: readonly Channel[];
  /** Channels that the returning stage reads; empty if the last layer drives the design's outputs itself. */
  readonly returned: readonly string[];
  readonly readers: (tensor: string) => readonly Layer[];
  /** The tensor that holds the values, where another is only its alias. */
  readonly source: (tensor: string) => string;
  readonly beats: (tensor: string) => number;
}

/**
 * Every tensor goes from its writer to its first reader, and from reader to reader as a copy. A tensor that a sparse kernel
 * leaves as the design's output goes to the returning stage.
 */
function wire(model: Model, mapping: Mapping, profile: Profile, ranges: TensorRanges): Wiring {
  const alias = new Map<string, string>();
  const source = (tensor: string): string => alias.get(tensor) ?? tensor;
  for (const layer of model.layers) {
    if (isAlias(layer)) alias.set(layer.outputs[0], source(layer.inputs[0]));
  }
  const readers = (tensor: string) =>
    model.layers.filter(
      (layer) => !isAlias(layer) && layer.inputs.some((input) => source(input) === source(tensor)),
    );
  const writer = (tensor: string) =>
    model.layers.find((layer) => !isAlias(layer) && layer.outputs.includes(tensor));
  const free = handoffIsFree(model);
  const beatsOf = (tensor: string) => {
    const { shape } = model.tensors[source(tensor)];
    return profile.io === 'stream' && shape.length > 1 ? elements(shape.slice(0, -1)) : 1;
  };
  const channels: Channel[] = [];
  const returned: string[] = [];

  const tensors = Object.keys(model.tensors).filter((tensor) => source(tensor) === tensor);
  for (const tensor of tensors) {
    const { shape } = model.tensors[tensor];
    const chain = readers(tensor);
    const from = writer(tensor);
    const stream = profile.io === 'stream';
    const beats = beatsOf(tensor);
    const channel = {
      kind: 'fifo',
      beat: {
        elements: elements(shape) / beats,
        bits: stream ? model.tensors[tensor].type.width : channelBits(model, ranges, tensor, chain.length),
      },
      beatsPerEvent: beats,
    } as const;
    chain.forEach((reader, index) => {
      const before = index === 0 ? from : chain[index - 1];
      channels.push({
        ...channel,
        name: index === 0 ? tensor : `${tensor}@${reader.name}`,
        depth: stream ? (mapping.fifoDepths[tensor] ?? beats) : index === 0 ? FIFO_DEPTH : COPY_DEPTH,
        handoffCycles: before === undefined || free(before) ? 0 : 1,
        from: before?.name ?? null,
        to: reader.name,
      });
    });
    const isOutput = model.outputs.some((output) => source(output) === tensor);
    if (isOutput && from !== undefined && chain.length === 0) {
      const registers = from.kind.startsWith('sparse-');
      if (registers) returned.push(tensor);
      channels.push({
        ...channel,
        kind: registers ? 'fifo' : 'wire',
        name: tensor,
        depth: registers ? FIFO_DEPTH : 1,
        handoffCycles: registers ? 1 : 0,
        from: from.name,
        to: registers ? RETURN_STAGE : null,
      });
    }
  }
  return { channels, returned, readers, source, beats: beatsOf };
}

/**
 * Whether csynth counts no cycle between a process and the next: a ReLU of no cycle at all, in designs that end in one
 * scalar. Five such designs report three cycles less than their processes and handoffs (three ReLUs each); nine that
 * end in a vector report every handoff. The reports do not say why.
 */
function handoffIsFree(model: Model): (layer: Layer) => boolean {
  const scalar = model.outputs.every((name) => elements(model.tensors[name].shape) === 1);
  return (layer) => scalar && (layer.kind === 'relu' || layer.kind === 'sparse-relu');
}

function returnStage(channels: readonly string[]): Stage {
  return {
    name: RETURN_STAGE,
    layer: null,
    schedule: {
      interval: null,
      steps: [
        {
          kind: 'straight',
          cycles: exactly(0),
          accesses: channels.map((channel) => ({ channel, direction: 'read', cycle: 0 })),
        },
      ],
    },
    derivation: 'hands the arrays back in registers: 0 cycles',
    extrapolated: [],
  };
}

/**
 * Bits that an element has between two processes. HLS trims a value to what its writer can produce; coordinates that a pool
 * of a power of two has shifted keep the width of their type less the shift, all of it where a process passes them on.
 */
function channelBits(model: Model, ranges: TensorRanges, tensor: string, readers: number): number {
  const shifted = readers > 1 && isShifted(poolOf(model, tensor));
  if (shifted) return model.tensors[tensor].type.width;
  return poolOf(model, tensor) === undefined
    ? bitsOf(ranges.local.get(tensor)!)
    : coordinateBits(model, ranges, tensor);
}

type Pool = Extract<Layer, { readonly pool: number }>;

/** The pool whose coordinates the tensor holds. */
function poolOf(model: Model, tensor: string): Pool | undefined {
  return model.layers.find(
    (layer): layer is Pool =>
      (layer.kind === 'sparse-average-pool2d' || layer.kind === 'sparse-max-pool2d') &&
      layer.outputs[1] === tensor,
  );
}

function isShifted(pool: Pool | undefined): boolean {
  return pool !== undefined && Number.isInteger(Math.log2(pool.pool));
}

function coordinateBits(model: Model, ranges: TensorRanges, tensor: string): number {
  const pool = poolOf(model, tensor);
  if (pool === undefined) return model.tensors[tensor].type.width;
  const needed = bitsOf(ranges.network.get(tensor)!);
  if (!isShifted(pool)) return needed;
  return Math.max(needed, coordinateBits(model, ranges, pool.inputs[1]) - Math.log2(pool.pool));
}
