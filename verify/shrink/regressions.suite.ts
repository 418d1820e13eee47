/** Every regression that is kept, by file name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRegression } from './index.ts';

export const FOLDER = fileURLToPath(new URL('../../golden/regressions/', import.meta.url));

export const regressions = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({
    name,
    ...readRegression(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as unknown),
  }));
