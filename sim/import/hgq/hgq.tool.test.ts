import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCase } from '../../../bench/hls4ml-case.ts';
import { evaluators } from '../../evaluate/index.ts';
import { missingModules, runPython } from '../python.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const reason = missingModules('hgq', 'hls4ml', 'keras', 'jax');

describe.skipIf(reason !== undefined)("hls4ml's firmware of HGQ2 networks", () => {
  test('has the types and gives the values of the imported Models, for other weights and widths', () => {
    const folder = temporaryFolder().path;
    runPython(['golden/hgq2/make.py', folder, '2', 'norms', 'attention'], { timeoutS: 550 });
    const names = readdirSync(folder);
    expect(names).toHaveLength(2);
    for (const name of names) {
      const recorded = readCase(join(folder, name));
      for (const { place, ours, theirs } of recorded.types) expect(ours, `${name}, ${place}`).toEqual(theirs);
      for (const evaluator of evaluators) {
        const evaluate = evaluator.prepare(recorded.imported.model);
        recorded.inputs.forEach((inputs, event) => {
          const got = evaluate(inputs);
          for (const [tensor, raw] of Object.entries(recorded.outputs))
            expect(got[tensor], `${name}, ${tensor}, event ${event}`).toEqual(raw[event]);
        });
      }
    }
  });
});
