/**
 * Reads a SparsePixels design folder: `design.json` (types, layers in call order) and `weights.json` (raw
 * integers). Look-up tables are computed as the kernels compute them.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inFile, InputError, readDocument, verifyModel } from '../../model/index.ts';
import type { Importer } from '../importer.ts';
import { readJson } from '../read-json.ts';
import { buildMapping } from './build-mapping.ts';
import { buildModel } from './build-model.ts';
import { type Design, DESIGN_OPS, designSchema, weightsSchema } from './design-schema.ts';

export const sparsePixelsImporter: Importer = {
  name: 'sparsepixels',
  reads: 'a SparsePixels design folder (design.json, weights.json)',
  recognises: (path) => existsSync(join(path, 'design.json')),
  read(path) {
    const designFile = join(path, 'design.json');
    const weightsFile = join(path, 'weights.json');
    const design = inFile(designFile, () => readDesign(readJson(designFile)));
    const weights = inFile(weightsFile, () => readDocument('IMP004', weightsSchema, readJson(weightsFile)));
    return inFile(designFile, () => ({
      model: verifyModel(buildModel(design, weights, { designFile, weightsFile })),
      mapping: buildMapping(design),
    }));
  },
};

/** @throws InputError `IMP003` with what stands in the field that is wrong otherwise */
function readDesign(json: unknown): Design {
  try {
    return readDocument('IMP003', designSchema, json);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { field, mend } = error.problem;
    throw new InputError({ ...error.problem, mend: mend ?? mendOf(field) });
  }
}

function mendOf(field: string | undefined): string {
  if (field === undefined) return 'write the folder again';
  if (field === 'op') return `use one of ${DESIGN_OPS.join(', ')}`;
  if (/_(type|t)(\.\w+)?$/.test(field))
    return 'give a type by its fields signed, bits, int_bits, quant, overflow and sat_bits';
  return 'mend this field of design.json, or write the folder again';
}
