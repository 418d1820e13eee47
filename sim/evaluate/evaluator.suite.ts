/** What every evaluator must do: one suite, with no truth of its own in any evaluator's tests. */
import { describe, expect, test } from 'vitest';
import type { InputError } from '../model/index.ts';
import { activationsSuite } from './activations.suite.ts';
import { denseLayersSuite } from './dense-layers.suite.ts';
import type { Evaluator } from './evaluator.ts';
import { goldenSuite } from './golden.suite.ts';
import { modelOf, type OneLayer } from './one-layer.ts';
import { sparseConv2dSuite } from './sparse-conv2d.suite.ts';
import { sparseLayersSuite } from './sparse-layers.suite.ts';
import { sparsePoolSuite } from './sparse-pool.suite.ts';

export function evaluatorSuite(evaluator: Evaluator): void {
  describe('rules of the layers', () => {
    sparseLayersSuite(evaluator);
    sparseConv2dSuite(evaluator);
    sparsePoolSuite(evaluator);
    denseLayersSuite(evaluator);
    activationsSuite(evaluator);
  });

  describe('published designs', () => {
    goldenSuite(evaluator);
  });

  describe('inputs', () => {
    const doubling: OneLayer = {
      layer: {
        name: 'd',
        kind: 'relu',
        dialect: 'hls4ml-1.0.0',
        inputs: ['x'],
        outputs: ['y'],
      },
      inputs: { x: [[2], 'int<8>', [1, 2]] },
      outputs: { y: [[2], 'int<8>'] },
    };

    test('gives all tensors, inputs included', () => {
      expect(evaluator.prepare(modelOf(doubling))({ x: [3n, -4n] })).toEqual({ x: [3n, -4n], y: [3n, 0n] });
    });

    test('keeps nothing from one event to the next', () => {
      const run = evaluator.prepare(modelOf(doubling));
      const first = run({ x: [1n, 2n] });
      run({ x: [5n, 6n] });
      expect(first).toEqual({ x: [1n, 2n], y: [1n, 2n] });
    });

    test('refuses an input that is missing or of another size', () => {
      const run = evaluator.prepare(modelOf(doubling));
      expect(problemOf(() => run({ x: [1n] }))).toEqual({
        code: 'EVA003',
        field: 'x',
        what: 'the input has 1 values, the Model takes 2',
      });
      expect(problemOf(() => run({}))).toMatchObject({
        code: 'EVA003',
        what: 'the input has no values, the Model takes 2',
      });
    });

    test('refuses a Model whose weights are unknown', () => {
      const model = modelOf({ ...doubling, constants: { w: [[1], 'int<8>', [1]] } });
      const unknown = { ...model, constants: { w: { ...model.constants.w, raw: null } } };
      expect(problemOf(() => evaluator.prepare(unknown))).toEqual({
        code: 'EVA001',
        field: 'constants.w',
        what: 'its values are unknown: the Model can be estimated but not evaluated',
      });
    });
  });
}

function problemOf(action: () => unknown): InputError['problem'] | undefined {
  try {
    action();
  } catch (error) {
    return (error as InputError).problem;
  }
  return undefined;
}
