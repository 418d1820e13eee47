/** Kernels that work on whole arrays. */
import { choicesFor, GATES, type LayerOf } from '../../../model/index.ts';
import { imageShape } from '../../../model/layer-kind.ts';
import type { Step } from '../../../pipeline/index.ts';
import {
  arrayProcess,
  type Context,
  type Kernel,
  type KernelOf,
  loop,
  sequential,
  straight,
} from './context.ts';
import { productCycles, sumCycles, TABLE_CYCLES, weightedSumCycles } from './operators.ts';
import { latencyCycles, resourceSteps, sharedWords } from './weighted-sum.ts';

/** Unrolled moves and element-wise sums: one cycle, or that of a product. */
export function unrolled(
  layer: LayerOf<'reshape' | 'transpose' | 'concatenate' | 'merge'>,
  context: Context,
): Kernel {
  const bits = layer.inputs.reduce((sum, name) => sum + context.model.tensors[name].type.width, 0);
  const cycles = layer.kind === 'merge' && layer.operation === 'multiply' ? productCycles(bits) : 1;
  return {
    schedule: arrayProcess(context, [straight(cycles)]),
    derivation: `all elements at once: ${cycles}`,
  };
}

export const dot: KernelOf<'dot'> = (layer, context) => {
  const { model, budgetNs } = context;
  const [x, y] = layer.inputs.map((name) => model.tensors[name]);
  const bits = x.type.width + y.type.width;
  const cycles = weightedSumCycles({ terms: x.shape[0], bits }, layer.accumulator, budgetNs);
  return {
    schedule: arrayProcess(context, [straight(cycles)]),
    derivation: `${x.shape[0]} products and their sum: ${cycles}`,
  };
};

/** A pixel a trip. */
export function pick(layer: LayerOf<'crop2d' | 'resize2d'>, context: Context): Kernel {
  const [rows, columns] = imageShape(context.model.tensors[layer.outputs[0]].shape);
  return {
    schedule: arrayProcess(context, [loop('rows x columns', [rows, columns], 1, 2)]),
    derivation: `${rows} x ${columns} pixels x II 1`,
  };
}

export const embedding: KernelOf<'embedding'> = (layer, context) => {
  const { beats, lanes } = context.layout(layer.inputs[0]);
  return {
    schedule: arrayProcess(context, [loop('elements', [beats * lanes], 1, 1 + TABLE_CYCLES)]),
    derivation: `${beats * lanes} rows of a table x II 1`,
  };
};

export const batchedDense: KernelOf<'batched-dense'> = (layer, context) => {
  const { model, mapping, budgetNs } = context;
  const x = model.tensors[layer.inputs[0]];
  const weights = model.constants[layer.weights];
  const [batch, rows, terms] = x.shape;
  const sum = {
    terms,
    sums: weights.shape[2],
    bits: x.type.width + weights.type.width,
    accumulator: layer.accumulator,
    budgetNs,
  };
  const choices = choicesFor(mapping, layer.name);
  const steps: readonly Step[] =
    choices.strategy === 'latency'
      ? [loop('matrices x rows', [batch, rows], choices.reuseFactor, latencyCycles(sum))]
      : [
          sequential(
            'matrices',
            batch,
            [sequential('rows', rows, resourceSteps(sum, choices.reuseFactor), 1)],
            1,
          ),
        ];
  return {
    schedule: arrayProcess(context, steps),
    derivation: `${batch} x ${rows} vectors through ${terms} x ${sum.sums} products, ${sharedWords(choices)}`,
  };
};

export const batchedProduct: KernelOf<'batched-product'> = (layer, context) => {
  const { model, mapping, budgetNs } = context;
  const [x, y] = layer.inputs.map((name) => model.tensors[name]);
  const [batch, rows, terms] = x.shape;
  const columns = y.shape[1];
  const bits = x.type.width + y.type.width;
  const { reuseFactor } = choicesFor(mapping, layer.name);
  const depth = weightedSumCycles({ terms, bits }, layer.accumulator, budgetNs);
  return {
    schedule: arrayProcess(context, [
      loop('matrices x rows x columns', [batch, rows, columns], reuseFactor, depth),
    ]),
    derivation: `${batch} x ${rows} x ${columns} sums of ${terms} products x II ${reuseFactor}`,
  };
};

export const layerNormalization: KernelOf<'layer-normalization'> = (layer, context) => {
  const { model, mapping, budgetNs } = context;
  const [rows, features] = model.tensors[layer.inputs[0]].shape;
  const { accumulator } = layer;
  const { width } = accumulator;
  const { reuseFactor } = choicesFor(mapping, layer.name);
  const product = productCycles(2 * width);
  const sum = sumCycles(features, accumulator, budgetNs);
  // sum, mean, difference and square, their sum, variance, table, two products and a shift
  const depth = sum + product + (1 + product) + sum + product + TABLE_CYCLES + 2 * product + 1;
  return {
    schedule: arrayProcess(context, [loop('rows', [rows], reuseFactor, depth)]),
    derivation: `${rows} rows x II ${reuseFactor}, each ${depth} deep`,
  };
};

export const recurrent: KernelOf<'recurrent'> = (layer, context) => {
  const { model, mapping, budgetNs } = context;
  const x = model.tensors[layer.inputs[0]];
  const [steps, features] = x.shape;
  const state = model.tensors[layer.outputs[0]];
  const units = state.shape.at(-1)!;
  const sums = units * GATES[layer.cell];
  const { accumulator } = layer;
  const sumOf = (terms: number, type: number, weights: string) => ({
    terms,
    sums,
    bits: type + model.constants[weights].type.width,
    accumulator,
    budgetNs,
  });
  const ofInput = sumOf(features, x.type.width, layer.weights);
  const ofState = sumOf(units, state.type.width, layer.recurrentWeights);
  const choices = choicesFor(mapping, layer.name);
  const product = productCycles(2 * accumulator.width);
  const look = (activation: LayerOf<'recurrent'>['recurrentActivation']) =>
    !activation || activation.function === 'relu' ? 0 : TABLE_CYCLES;
  const gate = 1 + look(layer.recurrentActivation);
  const candidate = 1 + look(layer.activation);
  const cell = {
    lstm: Math.max(gate, candidate) + product + 1 + look(layer.activation) + product,
    gru: gate + product + candidate + product + 1,
    simple: candidate,
  }[layer.cell];
  const both: readonly Step[] =
    choices.strategy === 'latency'
      ? [straight(Math.max(latencyCycles(ofInput), latencyCycles(ofState)) + choices.reuseFactor - 1)]
      : [...resourceSteps(ofInput, choices.reuseFactor), ...resourceSteps(ofState, choices.reuseFactor)];
  return {
    schedule: arrayProcess(context, [straight(1), sequential('steps', steps, [...both, straight(cell)], 1)]),
    derivation: `${steps} steps one after the other, each the sums of ${sums} gates (${sharedWords(choices)}) and ${cell} for the cell`,
  };
};
