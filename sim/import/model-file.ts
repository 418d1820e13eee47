/** Reads a Model that Pipewright wrote: a JSON document and its binary beside it. */
import { dirname, join } from 'node:path';
import { inFile, readModel } from '../model/index.ts';
import type { Importer } from './importer.ts';
import { readBytes, readJson } from './read-json.ts';

export const modelFileImporter: Importer = {
  name: 'model',
  reads: 'a Model document (.json) written by pipewright import',
  recognises: (path) => path.endsWith('.json'),
  read(path) {
    const json = readJson(path);
    const binary = (json as { binary?: unknown } | null)?.binary;
    const bytes = typeof binary === 'string' ? readBytes(join(dirname(path), binary)) : undefined;
    return { model: inFile(path, () => readModel(json, bytes)), mapping: undefined };
  },
};
