import { expect, test } from 'vitest';
import { evaluators } from '../../sim/evaluate/index.ts';
import type { Model } from '../../sim/model/index.ts';
import { smallModel } from '../against/small-model.suite.ts';
import { type Case, shrink } from './index.ts';

const reference = evaluators.find(({ name }) => name === 'reference')!;

/** A wide Model whose first layer has one wrong weight in the faulty copy. */
const wide: Model = {
  ...smallModel,
  tensors: { ...smallModel.tensors, x: { ...smallModel.tensors.x, shape: [40] } },
  constants: {
    ...smallModel.constants,
    w: {
      ...smallModel.constants.w,
      shape: [40, 2],
      raw: Array.from({ length: 80 }, (_, at) => BigInt((at % 5) - 2)),
    },
  },
};
const event = {
  id: 'large',
  input: Array.from({ length: 40 }, (_, at) => BigInt((at * 37) % 120) - 60n),
  expected: [1n, 2n],
};

async function differsAtWeight(wrong: number, { model, event: { input } }: Case): Promise<boolean> {
  await Promise.resolve();
  const { w } = model.constants;
  const raw = w.raw!.map((value, at) => (at === wrong ? value + 1n : value));
  const faulty = { ...model, constants: { ...model.constants, w: { ...w, raw } } };
  const run = (of: Model) => model.outputs.flatMap((name) => reference.prepare(of)({ x: input })[name]);
  return run(model).some((value, at) => value !== run(faulty)[at]);
}

test('a case shrinks to the layer at fault and the one input element that shows it', async () => {
  const differs = (candidate: Case) => differsAtWeight(2 * 17, candidate);
  const small = await shrink({ model: wide, event }, { differs });
  expect(small.model.layers.map(({ name }) => name)).toEqual(['add']);
  expect(small.event.input.flatMap((raw, at) => (raw === 0n ? [] : [at]))).toEqual([17]);
  expect([1n, -1n]).toContain(small.event.input[17]);
  expect(await differs(small)).toBe(true);
});

test('the number of tries is bounded, and what comes out still differs', async () => {
  let asked = 0;
  const differs = (candidate: Case) => {
    asked++;
    return differsAtWeight(2 * 17, candidate);
  };
  const small = await shrink({ model: wide, event }, { differs, tries: 8 });
  expect(asked).toBeLessThanOrEqual(8);
  expect(await differsAtWeight(2 * 17, small)).toBe(true);
});
