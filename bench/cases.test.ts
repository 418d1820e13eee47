import { formatText } from 'fixed-point-ts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluators } from '../sim/evaluate/index.ts';
import { isCase, readCase } from './hls4ml-case.ts';

const FOLDERS = [
  'golden/hls4ml',
  'golden/hls4ml-keras2',
  'golden/hgq2',
  'golden/imports/torch',
  'golden/imports/keras-h5',
];
/** Firmware recorded from the module, not from the file: its layers have other names, so that only outputs compare. */
const OTHER_NAMES = ['average', 'conv1d'];
/** Cases that are refused or wrong, and why; everything else must be exact. */
const OPEN: Readonly<Record<string, string>> = {
  gru_before_par: 'the firmware reads its bias of one number beyond the array',
};

const cases = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => isCase(join(folder, name)))
    .map((name) => ({ name, folder: join(folder, name) })),
);

test('every open case is one of the folder', () => {
  expect(cases.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(OPEN)));
});

test('the open case differs, and the reason is found in its layers', () => {
  const { imported, inputs, outputs, reasons } = readCase('golden/hls4ml/gru_before_par');
  expect(reasons).toEqual([expect.stringMatching(/reset_after/)]);
  const [name] = imported.model.outputs;
  const evaluate = evaluators[0].prepare(imported.model);
  expect(inputs.map((event) => evaluate(event)[name])).not.toEqual(outputs[name]);
});

test('weights of one bit are told by their types', () => {
  const { types, reasons } = readCase('golden/hls4ml-keras2/few_levels');
  expect(types.filter(({ xnor }) => xnor).map(({ place }) => place)).toEqual([
    'two.weight_t',
    'both.weight_t',
  ]);
  expect(reasons).toHaveLength(2);
});

describe.each(cases.filter(({ name }) => !(name in OPEN)))('$name', ({ name, folder }) => {
  const recorded = readCase(folder);
  const { model } = recorded.imported;

  test('has the types that hls4ml chose', () => {
    expect(recorded.types.length > 0).toBe(!OTHER_NAMES.includes(name));
    const text = (which: 'ours' | 'theirs') =>
      Object.fromEntries(
        recorded.types.filter(({ xnor }) => !xnor).map((type) => [type.place, formatText(type[which])]),
      );
    expect(text('ours')).toEqual(text('theirs'));
  });

  test.each(evaluators)('gives every recorded layer and output: $name', (evaluator) => {
    const evaluate = evaluator.prepare(model);
    recorded.inputs.forEach((inputs, event) => {
      const got = evaluate(inputs);
      for (const [tensor, raw] of Object.entries({ ...recorded.traces, ...recorded.outputs }))
        expect(got[tensor], `${tensor}, event ${event}`).toEqual(raw[event]);
    });
  });
});
