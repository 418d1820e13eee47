/**
 * Reads a SparsePixels design folder: `design.json` (types, layers in call order) and `weights.json` (raw
 * integers). Look-up tables are computed as the kernels compute them.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inFile, readDocument, verifyModel } from '../../model/index.ts';
import type { Importer } from '../importer.ts';
import { readJson } from '../read-json.ts';
import { buildMapping } from './build-mapping.ts';
import { buildModel } from './build-model.ts';
import { designSchema, weightsSchema } from './design-schema.ts';

export const sparsePixelsImporter: Importer = {
  name: 'sparsepixels',
  reads: 'a SparsePixels design folder (design.json, weights.json)',
  recognises: (path) => existsSync(join(path, 'design.json')),
  read(path) {
    const designFile = join(path, 'design.json');
    const weightsFile = join(path, 'weights.json');
    const design = inFile(designFile, () => readDocument('IMP003', designSchema, readJson(designFile)));
    const weights = inFile(weightsFile, () => readDocument('IMP004', weightsSchema, readJson(weightsFile)));
    return inFile(designFile, () => ({
      model: verifyModel(buildModel(design, weights, { designFile, weightsFile })),
      mapping: buildMapping(design),
    }));
  },
};
