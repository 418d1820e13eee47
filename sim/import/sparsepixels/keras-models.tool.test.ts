import { join } from 'node:path';
import { describe, test } from 'vitest';
import { missingModules, runPython } from '../python.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { expectRecorded } from './keras-models.suite.ts';

const reason = missingModules('sparsepixels', 'hgq', 'keras', 'jax');

describe.skipIf(reason !== undefined)("the package's own layers", () => {
  test('give the same values for other weights and events', () => {
    const folder = temporaryFolder().path;
    const names = ['mixed_pools', 'own_widths', 'learned'];
    runPython(['golden/sparsepixels-keras/make.py', folder, '2', ...names]);
    for (const name of names) expectRecorded(join(folder), name);
  });
});
