/**
 * Runs a single layer on raw integers given by hand, for tests of one rule at a time. Types are given as text.
 * The Model is not verified: coordinates may stand wherever a case needs them.
 */
import { parseFormat } from 'fixed-point-ts';
import { type Constant, type Layer, type Model, MODEL_SCHEMA, type Tensor } from '../model/index.ts';
import type { Evaluator } from './evaluator.ts';

/** [shape, type, raw integers in row-major order] */
type Given = readonly [shape: readonly number[], type: string, raw: readonly number[]];
type Wanted = readonly [shape: readonly number[], type: string];

export interface OneLayer {
  readonly layer: Layer;
  /** By the names that the layer gives. */
  readonly inputs: Readonly<Record<string, Given>>;
  readonly outputs: Readonly<Record<string, Wanted>>;
  readonly constants?: Readonly<Record<string, Given>>;
}

/** Raw integers of each output, by name. */
export function runLayer(evaluator: Evaluator, one: OneLayer): Record<string, number[]> {
  const values = evaluator.prepare(modelOf(one))(
    Object.fromEntries(Object.entries(one.inputs).map(([name, [, , raw]]) => [name, raw.map(BigInt)])),
  );
  return Object.fromEntries(Object.keys(one.outputs).map((name) => [name, values[name].map(Number)]));
}

export function modelOf({ layer, inputs, outputs, constants = {} }: OneLayer): Model {
  const tensor = ([shape, type]: Given | Wanted): Tensor => ({ shape, type: parseFormat(type) });
  return {
    schema: MODEL_SCHEMA,
    name: 'one layer',
    inputs: Object.keys(inputs),
    outputs: Object.keys(outputs),
    tensors: mapValues({ ...inputs, ...outputs }, tensor),
    layers: [layer],
    constants: mapValues(constants, (given): Constant => ({ ...tensor(given), raw: given[2].map(BigInt) })),
  };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
}
