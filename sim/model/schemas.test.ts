import { Ajv2020 } from 'ajv/dist/2020.js';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { schemaFiles } from '../../scripts/update-schemas.ts';
import { arbitraryModel } from '../evaluate/arbitrary-model.ts';
import { importModel } from '../import/index.ts';
import { readModel, writeModel } from './document.ts';
import { denseDocument, sparseDocument } from './example-documents.ts';
import { mappingSchema } from './mapping.ts';
import { type Change, changed } from './spoiled-document.ts';

const ROOT = join(import.meta.dirname, '../..');
const GOLDEN = join(ROOT, 'golden/sparsepixels');
const files = schemaFiles();

/** What is wrong with a document by a committed schema; nothing if it conforms. */
function faultsBy(file: string): (document: unknown) => readonly string[] {
  const validate = new Ajv2020({ allErrors: false }).compile(
    JSON.parse(readFileSync(join(ROOT, 'schemas', file), 'utf8')) as object,
  );
  return (document) =>
    validate(document)
      ? []
      : validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test.each(Object.keys(files))(
  'schemas/%s is up to date; `npx tsx --conditions=source scripts/update-schemas.ts` makes it so',
  (file) => {
    expect(readFileSync(join(ROOT, 'schemas', file), 'utf8')).toBe(files[file]);
  },
);

test('schemas/ holds no other schema', () => {
  expect(readdirSync(join(ROOT, 'schemas')).filter((name) => name.endsWith('.json'))).toEqual(
    Object.keys(files).sort(),
  );
});

describe('the schema of a Model', () => {
  const faults = faultsBy('model-1.json');

  test('takes what is written of the published designs', () => {
    const designs = readdirSync(GOLDEN).filter((name) => existsSync(join(GOLDEN, name, 'design.json')));
    expect(designs).toHaveLength(18);
    for (const design of designs) {
      const { model } = importModel(join(GOLDEN, design));
      expect(faults(writeModel(model, 'model.bin').document), design).toEqual([]);
    }
  });

  test.prop([arbitraryModel({ maxWidth: 64 })])('takes what is written of any Model', (model) => {
    expect(faults(writeModel(model, 'model.bin').document)).toEqual([]);
  });

  test('takes values spelt out, as text where they are long, or unknown', () => {
    expect(faults(sparseDocument())).toEqual([]);
    expect(faults(denseDocument())).toEqual([]);
    expect(
      faults(
        changed(sparseDocument(), [
          [
            ['constants', 'conv.bias', 'raw'],
            ['-5', 1, '2'],
          ],
        ]),
      ),
    ).toEqual([]);
    expect(faults(changed(sparseDocument(), [[['constants', 'conv.bias', 'raw'], null]]))).toEqual([]);
  });

  test.each<readonly [string, Change[0], unknown]>([
    ['an unknown field', ['comment'], 'hello'],
    ['an unknown field of a layer', ['layers', 'conv', 'stride'], 2],
    ['an unknown layer kind', ['layers', 'conv', 'kind'], 'sparse-conv'],
    ['a layer without bias', ['layers', 'conv', 'bias'], undefined],
    ['a negative size', ['tensors', 'x', 'shape'], [6, -6, 2]],
    ['a raw value with a fraction', ['constants', 'conv.bias', 'raw'], [0.5, 1, 2]],
    ['another version', ['schema'], 'pipewright/model@2'],
  ])('refuses %s, as the reader does', (_sentence, path, value) => {
    const document = changed(sparseDocument(), [[path, value]]);
    expect(faults(JSON.parse(JSON.stringify(document)))).not.toEqual([]);
    expect(() => readModel(document)).toThrow('MOD001');
  });
});

describe('the schema of a Mapping', () => {
  const faults = faultsBy('mapping-1.json');

  test('takes what the published designs say of how they are built', () => {
    for (const design of ['jet-8b-full', 'neutrino-16b-sparse_l']) {
      const { mapping } = importModel(join(GOLDEN, design));
      expect(faults(mappingSchema.encode(mapping!)), design).toEqual([]);
    }
  });

  test('refuses an unknown field and a clock that stands still', () => {
    const document = mappingSchema.encode(importModel(join(GOLDEN, 'jet-8b-full')).mapping!);
    expect(faults({ ...document, clock: 5 })).toEqual([' must NOT have additional properties']);
    expect(faults({ ...document, clockNs: 0 })).toEqual(['/clockNs must be > 0']);
  });
});
