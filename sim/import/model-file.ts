/** Reads a Model that Pipewright wrote: a JSON document and its binary beside it. */
import { dirname, join } from 'node:path';
import { inFile, InputError, MODEL_SCHEMA, readModel } from '../model/index.ts';
import type { Importer } from './importer.ts';
import { readBytes, readJson } from './read-json.ts';

export const modelFileImporter: Importer = {
  name: 'model',
  reads: 'a Model document (.json) written by pipewright import',
  recognises: (path) => path.endsWith('.json'),
  read(path) {
    const json = readJson(path);
    if (!isDocument(json)) {
      throw new InputError({
        code: 'IMP005',
        file: path,
        field: 'schema',
        what: `is no Model document: it does not name the schema ${MODEL_SCHEMA}`,
        mend: 'give a document written by pipewright import, or the folder of a design',
      });
    }
    const { binary } = json;
    const bytes = typeof binary === 'string' ? readBytes(join(dirname(path), binary)) : undefined;
    return { model: inFile(path, () => readModel(json, bytes)), mapping: undefined };
  },
};

function isDocument(json: unknown): json is { readonly binary?: unknown } {
  return typeof json === 'object' && json !== null && 'schema' in json && json.schema === MODEL_SCHEMA;
}
