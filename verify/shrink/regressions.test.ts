import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluators } from '../../sim/evaluate/index.ts';
import { inputValues, recordedValues } from '../../sim/import/vectors/index.ts';
import { FOLDER, regressions } from './regressions.suite.ts';

test('every regression has a line that says what it pins down', () => {
  const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  expect(regressions.length).toBeGreaterThan(0);
  for (const { name } of regressions) expect(readme).toContain(`\`${name}\``);
});

describe.each(regressions)('$name', ({ model, events }) => {
  test.each(evaluators)('holds for the $name evaluator', (evaluator) => {
    const evaluate = evaluator.prepare(model);
    for (const event of events) {
      const got = evaluate(inputValues(event, model));
      const expected = recordedValues(event, model)!;
      expect(Object.keys(expected).sort()).toEqual([...model.outputs].sort());
      for (const name of model.outputs) expect(got[name], `${event.id}, ${name}`).toEqual(expected[name]);
    }
  });
});
