/** Sparse Model -> Circuit, layer by layer. */
import { maxRaw, minRaw } from 'fixed-point-ts';
import { InputError, type Layer, type Model } from '../../model/index.ts';
import { type Circuit, CircuitBuilder } from '../../pipeline/circuit/index.ts';
import { lowerSigmoid, lowerSoftmax } from './activations.ts';
import { lowerAveragePool } from './average-pool.ts';
import type { HardwareChoices } from './choices.ts';
import { lowerConvolution } from './convolution.ts';
import { lowerDense } from './dense.ts';
import {
  asEvent,
  constantsOf,
  type Lower,
  type LoweringContext,
  needKind,
  unsupported,
  type Value,
} from './lowering.ts';
import { lowerMaxPool } from './max-pool.ts';
import { lowerRelu } from './relu.ts';
import { lowerSearch } from './search.ts';

/** Flattening is free: the layer behind it reads kept pixels by their places, which must not collide. */
const lowerFlatten: Lower<'sparse-flatten'> = (layer, { inputs }) => {
  const features = needKind(layer, inputs[0], 'slots');
  const places = needKind(layer, inputs[1], 'places');
  if (!places.distinct) unsupported(layer, 'slots that may collide at one place have no hardware here');
  return [{ kind: 'flattened', features, places, width: layer.width }];
};

/**
 * With `input` rows the image streams in, a row a beat, and events are no closer than their rows.
 * @throws InputError `HWD002` if a layer has no hardware here, `HWD003` if constants are unknown
 */
export function lowerSparse(model: Model, choices: HardwareChoices): Circuit {
  const beats = rowsOf(model, choices);
  const b = new CircuitBuilder(model.name, Math.max(choices.interval, beats));
  const constant = constantsOf(model);
  const values = new Map<string, Value>();
  for (const name of model.inputs) {
    const { shape, type } = model.tensors[name];
    const range = { lo: Number(minRaw(type)), hi: Number(maxRaw(type)) };
    if (beats > 1) {
      const [height, ...row] = shape as [number, ...number[]];
      values.set(name, { kind: 'rows', view: b.input(name, row, range, beats), height });
    } else values.set(name, { kind: 'dense', view: b.input(name, shape, range), type });
  }
  for (const layer of model.layers) {
    b.stage(layer.name, layer.kind);
    const context: LoweringContext = {
      b,
      choices,
      constant,
      inputs: layer.inputs.map((name) => values.get(name)!),
      outputs: layer.outputs.map((name) => model.tensors[name]),
    };
    lowerLayer(layer, context).forEach((value, index) => values.set(layer.outputs[index], value));
  }
  const last = model.layers.at(-1)!;
  return b.finish(
    model.outputs.map((name) => {
      const value = values.get(name)!;
      return value.kind === 'slots' ? asEvent(b, value) : needKind(last, value, 'dense').view;
    }),
  );
}

/** Beats in which the image comes. */
function rowsOf(model: Model, { input }: HardwareChoices): number {
  if (input !== 'rows') return 1;
  if (model.inputs.length > 1) {
    const what = `has ${model.inputs.length} inputs; only one image can come row by row`;
    throw new InputError({ code: 'HWD002', field: model.name, what });
  }
  return model.tensors[model.inputs[0]].shape[0];
}

/**
 * Bodies here follow SparsePixels 0.2.1: an empty slot is at the first place. In 0.3.2 it is at none, takes part in no
 * sum and in no cell, and features that are 0 stay pixels; cells may be limited. None of that has hardware here.
 */
function refuseNewerDialect(layer: Layer): void {
  const mend = 'use the Model of a converted design, whose layers follow sparsepixels-0.2.1';
  if (layer.dialect === 'sparsepixels-0.3.2')
    unsupported(layer, `a layer of the dialect '${layer.dialect}' has no hardware here`, mend);
  if ('cells' in layer && layer.cells !== undefined)
    unsupported(layer, 'pooling that drops cells beyond a limit has no hardware here', mend);
}

function lowerLayer(layer: Layer, context: LoweringContext): readonly Value[] {
  refuseNewerDialect(layer);
  switch (layer.kind) {
    case 'sparse-input-reduce':
      return lowerSearch(layer, context);
    case 'sparse-conv2d':
      return lowerConvolution(layer, context);
    case 'sparse-relu':
    case 'relu':
      return lowerRelu(layer, context);
    case 'sparse-average-pool2d':
      return lowerAveragePool(layer, context);
    case 'sparse-max-pool2d':
      return lowerMaxPool(layer, context);
    case 'sparse-flatten':
      return lowerFlatten(layer, context);
    case 'dense':
      return lowerDense(layer, context);
    case 'sigmoid':
      return lowerSigmoid(layer, context);
    case 'softmax':
      return lowerSoftmax(layer, context);
    default:
      return unsupported(layer, `a layer of kind '${layer.kind}' has no hardware among kept pixels`);
  }
}
