import { formatText } from 'fixed-point-ts';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluators } from '../sim/evaluate/index.ts';
import { isCase, readCase } from './hls4ml-case.ts';

const FOLDERS = ['golden/hls4ml', 'golden/hgq2'];
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

describe.each(cases.filter(({ name }) => !(name in OPEN)))('$name', ({ folder }) => {
  const recorded = readCase(folder);
  const { model } = recorded.imported;

  test('has the types that hls4ml chose', () => {
    expect(recorded.types.length).toBeGreaterThan(0);
    const text = (which: 'ours' | 'theirs') =>
      Object.fromEntries(recorded.types.map((type) => [type.place, formatText(type[which])]));
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
