/** Networks of SparsePixels' Keras layers against what the package computed for the same events. */
import { fromNumber, toNumber } from 'fixed-point-ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { compiled } from '../../evaluate/compiled/index.ts';
import type { Evaluator } from '../../evaluate/evaluator.ts';
import { reference } from '../../evaluate/reference/index.ts';
import { importModel } from '../index.ts';

interface Vectors {
  /** In units of 1/16. */
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
}

/** Both evaluators give the recorded outputs, and each other's values of every tensor. */
export function expectRecorded(folder: string, name: string): void {
  const { model } = importModel(join(folder, `${name}.keras`));
  const { x, y } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Vectors;
  const [input] = model.inputs;
  const [output] = model.outputs;
  const given = model.tensors[input].type;
  const run = (evaluator: Evaluator) => {
    const evaluate = evaluator.prepare(model);
    return x.map((event) => evaluate({ [input]: event.map((value) => fromNumber(value / 16, given)) }));
  };
  const values = run(reference);
  const outputs = values.map((event) =>
    event[output].map((raw) => toNumber(raw, model.tensors[output].type)),
  );
  expect(outputs, name).toEqual(y);
  expect(new Set(y.map(String)).size, 'different events give different outputs').toBeGreaterThanOrEqual(
    y.length / 2,
  );
  expect(run(compiled), name).toEqual(values);
}
