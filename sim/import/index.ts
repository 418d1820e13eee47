/** Model files -> Model and Mapping. The first importer that recognises a path reads it. */
import { existsSync } from 'node:fs';
import { InputError } from '../model/index.ts';
import type { Imported, Importer, ImportOptions } from './importer.ts';
import { hls4mlProjectImporter } from './hls4ml-project/index.ts';
import { kerasImporter } from './keras/index.ts';
import { modelFileImporter } from './model-file.ts';
import { onnxImporter } from './onnx/index.ts';
import { sparsePixelsImporter } from './sparsepixels/index.ts';

export type { Imported, Importer, ImportOptions, Warning } from './importer.ts';
export { readBytes, readJson } from './read-json.ts';

export const importers: readonly Importer[] = [
  sparsePixelsImporter,
  hls4mlProjectImporter,
  kerasImporter,
  onnxImporter,
  modelFileImporter,
];

/**
 * Reads a model of any known sort from a path.
 * @throws InputError `IMP000` if nothing reads it, and what the importer found wrong otherwise
 */
export function importModel(path: string, options: ImportOptions = {}): Imported {
  if (!existsSync(path))
    throw new InputError({ code: 'IMP001', file: path, what: 'there is no such file or folder' });
  const importer = importers.find(({ recognises }) => recognises(path));
  if (importer) return importer.read(path, options);
  throw new InputError({
    code: 'IMP000',
    file: path,
    what: 'is no model that Pipewright can read',
    mend: `give ${importers.map(({ reads }) => reads).join(', or ')}`,
  });
}
