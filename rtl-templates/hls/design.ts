/**
 * An HLS project before it is text: C++ names, buffers between stages, and stages in order.
 *
 * A dataflow channel has one writer and one reader, so a tensor that several layers read is copied by `fan-out`
 * stages, and a streamed tensor that nothing reads is taken off its stream by a `discard` stage.
 */
import type { FixedFormat } from 'fixed-point-ts';
import {
  choicesFor,
  type Constant,
  InputError,
  type Layer,
  type Mapping,
  type Model,
  type Tensor,
} from '../../sim/model/index.ts';
import type { Kernel, LaidOutTensor, LayerPlan, Layout } from './hls-layer.ts';
import { IdentifierScope } from './identifiers.ts';
import { planLayer } from './layers/index.ts';

export interface Buffer extends Layout {
  readonly id: string;
  /** Name of the Model's tensor that it carries, and of its C++ type. */
  readonly tensor: string;
  readonly type: string;
  /** Beats that its FIFO holds (streams only). */
  readonly depth: number;
}

export type Stage =
  | {
      readonly kind: 'layer';
      readonly id: string;
      readonly layer: Layer;
      readonly plan: LayerPlan;
      readonly inputs: readonly Buffer[];
      readonly outputs: readonly Buffer[];
      readonly constants: readonly HlsConstant[];
    }
  | { readonly kind: 'fan-out'; readonly from: Buffer; readonly to: readonly [Buffer, Buffer] }
  | { readonly kind: 'discard'; readonly from: Buffer };

export interface HlsConstant extends Constant {
  readonly id: string;
  readonly raw: readonly bigint[];
}

export interface TensorType {
  readonly id: string;
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly format: FixedFormat;
}

export interface HlsDesign {
  readonly model: Model;
  readonly mapping: Mapping;
  readonly top: string;
  readonly types: readonly TensorType[];
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
  /** Buffers between stages, in the order in which they are written. */
  readonly internal: readonly Buffer[];
  readonly stages: readonly Stage[];
  readonly constants: readonly HlsConstant[];
  /** Kernels in use, each after those that it needs. */
  readonly kernels: readonly Kernel[];
}

/** What a FIFO of the tool's own choice holds. */
const DEFAULT_DEPTH = 2;

/**
 * Plans the project of a Model under a Mapping.
 * @throws InputError `HLS001` (weights unknown), `HLS003` (an output that no layer writes)
 */
export function planDesign(model: Model, mapping: Mapping): HlsDesign {
  const names = new IdentifierScope();
  const top = names.nameFor(model.name);
  const layouts = layoutsOf(model);
  const types = Object.entries(model.tensors).map(([tensor, { shape, type }]): TensorType => ({
    id: `${names.nameFor(tensor)}_t`,
    tensor,
    shape,
    format: type,
  }));
  const buffer = (id: string, tensor: string, isBranch: boolean): Buffer => {
    const layout = layouts[tensor];
    const depth = mapping.fifoDepths[tensor] ?? (isBranch ? layout.beats : DEFAULT_DEPTH);
    const type = types.find((each) => each.tensor === tensor)!.id;
    return { id, tensor, type, depth: Math.max(depth, 1), ...layout };
  };

  const uses = usesOf(model);
  // Structs stand in a namespace of their own, so a layer and the tensor that it makes may have one name.
  const structs = new IdentifierScope();
  const layerIds = new Map(model.layers.map((layer) => [layer, structs.nameFor(layer.name)]));
  const stages: Stage[] = [];
  const internal: Buffer[] = [];
  /** Where each use of a tensor reads it. */
  const readers = new Map<Use, Buffer>();

  const publish = (tensor: string, made: Buffer): void => {
    const [first, ...rest] = uses.get(tensor) ?? [];
    if (!first) {
      if (mapping.io === 'stream') stages.push({ kind: 'discard', from: made });
      return;
    }
    let [from, use] = [made, first];
    for (const next of rest) {
      const copy = buffer(names.nameFor(`${made.id} for ${describeUse(use, layerIds)}`), tensor, true);
      const isLast = next === rest.at(-1);
      const other = isLast ? `for ${describeUse(next, layerIds)}` : 'rest';
      const remainder = buffer(names.nameFor(`${made.id} ${other}`), tensor, true);
      internal.push(
        ...[copy, remainder].filter((_, index) => !isOutput(index === 0 ? use : isLast ? next : undefined)),
      );
      stages.push({ kind: 'fan-out', from, to: [copy, remainder] });
      readers.set(use, copy);
      [from, use] = [remainder, next];
    }
    readers.set(use, from);
  };

  const inputs = model.inputs.map((tensor) =>
    buffer(types.find((each) => each.tensor === tensor)!.id.slice(0, -2), tensor, false),
  );
  inputs.forEach((port) => publish(port.tensor, port));
  const constants = constantsOf(model, names);

  for (const layer of model.layers) {
    const used = layer.inputs.map((_, index) => readers.get(useOf(uses, layer, index))!);
    const made = layer.outputs.map((tensor) => {
      const single = uses.get(tensor) ?? [];
      const written = buffer(types.find((each) => each.tensor === tensor)!.id.slice(0, -2), tensor, false);
      if (!(single.length === 1 && isOutput(single[0]))) internal.push(written);
      return written;
    });
    const laidOut = (tensor: string): LaidOutTensor => ({
      ...model.tensors[tensor],
      ...layouts[tensor],
    });
    const plan = planLayer(layer, {
      input: (index) => laidOut(layer.inputs[index]),
      output: (index) => laidOut(layer.outputs[index]),
      constant: (name) => model.constants[name],
      choices: choicesFor(mapping, layer.name),
    });
    const plain = layerIds.get(layer)!;
    // In C++ no member of a struct has the struct's name.
    const id = membersOf(plan).has(plain) ? structs.nameFor(`${plain} layer`) : plain;
    const arguments_ = Object.values(plan.constants ?? {}).map((name) => constants.get(name)!);
    stages.push({ kind: 'layer', id, layer, plan, inputs: used, outputs: made, constants: arguments_ });
    layer.outputs.forEach((tensor, index) => publish(tensor, made[index]));
  }

  const outputs = model.outputs.map((tensor, index) => {
    const port = readers.get(uses.get(tensor)!.find((use) => use.kind === 'output' && use.index === index)!)!;
    if (!inputs.includes(port)) return port;
    const what = `the output '${tensor}' is an input of the Model: there is nothing to compute`;
    throw new InputError({ code: 'HLS003', field: 'outputs', what });
  });
  return {
    model,
    mapping,
    top,
    types,
    inputs,
    outputs,
    internal,
    stages,
    constants: [...constants.values()],
    kernels: kernelsOf(stages),
  };
}

/** Names inside a layer's struct. */
function membersOf({
  inputs,
  outputs,
  numbers,
  types,
  integers,
  values,
  members = '',
}: LayerPlan): Set<string> {
  const roles = [...inputs, ...outputs].flatMap((role) => [`${role}_lanes`, `${role}_t`, `${role}_beat`]);
  const typed = [...Object.keys(types ?? {}), ...Object.keys(integers ?? {})].map((name) => `${name}_t`);
  const functions = [...members.matchAll(/(\w+)\(/g)].map(([, name]) => name);
  return new Set([...roles, ...Object.keys(numbers), ...typed, ...Object.keys(values ?? {}), ...functions]);
}

type Use =
  | { readonly kind: 'layer'; readonly layer: Layer; readonly index: number }
  | { readonly kind: 'output'; readonly index: number };

function usesOf(model: Model): Map<string, Use[]> {
  const uses = new Map<string, Use[]>();
  const add = (tensor: string, use: Use) => uses.set(tensor, [...(uses.get(tensor) ?? []), use]);
  for (const layer of model.layers)
    layer.inputs.forEach((tensor, index) => add(tensor, { kind: 'layer', layer, index }));
  model.outputs.forEach((tensor, index) => add(tensor, { kind: 'output', index }));
  return uses;
}

function useOf(uses: ReadonlyMap<string, readonly Use[]>, layer: Layer, index: number): Use {
  return uses
    .get(layer.inputs[index])!
    .find((use) => use.kind === 'layer' && use.layer === layer && use.index === index)!;
}

function isOutput(use: Use | undefined): boolean {
  return use?.kind === 'output';
}

function describeUse(use: Use, layerIds: ReadonlyMap<Layer, string>): string {
  return use.kind === 'layer' ? layerIds.get(use.layer)! : 'output';
}

/** Pixels travel one a beat with all their channels, vectors as one beat; what is computed in place travels as it came. */
function layoutsOf(model: Model): Record<string, Layout> {
  const layouts: Record<string, Layout> = {};
  for (const tensor of model.inputs) layouts[tensor] = ownLayout(model.tensors[tensor]);
  for (const layer of model.layers) {
    for (const tensor of layer.outputs) {
      switch (layer.kind) {
        case 'relu':
        case 'sparse-relu':
        case 'sigmoid':
        case 'table-function':
        case 'thresholded-relu':
        case 'parametric-relu':
        case 'hard-sigmoid':
        case 'elu':
        case 'scale-shift':
        case 'sign':
        case 'quantize':
        case 'lookup':
        case 'flatten':
          layouts[tensor] = layouts[layer.inputs[0]]!;
          break;
        case 'sparse-flatten':
          layouts[tensor] = {
            beats: layer.height * layer.width,
            lanes: model.tensors[layer.inputs[0]].shape[1],
          };
          break;
        default:
          layouts[tensor] = ownLayout(model.tensors[tensor]);
      }
    }
  }
  return layouts;
}

function ownLayout({ shape }: Tensor): Layout {
  const lanes = shape.at(-1)!;
  return { beats: shape.slice(0, -1).reduce((product, size) => product * size, 1), lanes };
}

function constantsOf(model: Model, names: IdentifierScope): Map<string, HlsConstant> {
  const constants = new Map<string, HlsConstant>();
  for (const [name, constant] of Object.entries(model.constants)) {
    if (constant.raw === null) {
      const what = 'its values are unknown, so there is no hardware to write';
      throw new InputError({
        code: 'HLS001',
        field: `constants.${name}`,
        what,
        mend: 'import the model with weights',
      });
    }
    constants.set(name, { ...constant, raw: constant.raw, id: names.nameFor(name) });
  }
  return constants;
}

function kernelsOf(stages: readonly Stage[]): Kernel[] {
  const kernels: Kernel[] = [];
  const add = (kernel: Kernel): void => {
    if (kernels.includes(kernel)) return;
    kernel.needs.forEach(add);
    kernels.push(kernel);
  };
  for (const stage of stages) if (stage.kind === 'layer') add(stage.plan.kernel);
  return kernels;
}
