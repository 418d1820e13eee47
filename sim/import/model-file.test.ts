import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError, readModel, writeModel } from '../model/index.ts';
import { denseDocument } from '../model/example-documents.ts';
import { importModel } from './index.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What is said of a path in a folder; the folder is left out. */
function refusal(folder: string, name: string): string {
  try {
    importModel(join(folder, name));
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(`${folder}/`, '');
    throw error;
  }
  return 'nothing';
}

describe('a Model document', () => {
  test('is read with the binary beside it', () => {
    const model = readModel(denseDocument());
    const { document, bytes } = writeModel(model, 'weights.bin');
    const folder = temporaryFolder();
    folder.write('weights.bin', bytes);
    expect(importModel(folder.write('model.json', document))).toEqual({ model, mapping: undefined });
  });

  test('is read alone when it spells its values out', () => {
    const file = temporaryFolder().write('model.json', denseDocument());
    expect(importModel(file).model).toEqual(readModel(denseDocument()));
  });

  test('is refused when its binary is missing or breaks off', () => {
    const { document, bytes } = writeModel(readModel(denseDocument()), 'weights.bin');
    const folder = temporaryFolder();
    folder.write('model.json', document);
    expect(refusal(folder.path, 'model.json')).toBe('error IMP001: there is no such file\n  at weights.bin');
    folder.write('weights.bin', bytes.subarray(0, 10));
    expect(refusal(folder.path, 'model.json')).toBe(
      'error MOD002: needs bytes 0 to 18 of the binary file, which has 10\n' +
        "  at model.json › constants.conv.weights\n  mend: put the file 'weights.bin' written with this document beside it",
    );
  });

  test('is refused with file, layer and field', () => {
    const folder = temporaryFolder();
    const [pad, conv, ...rest] = denseDocument().layers;
    folder.write('model.json', { ...denseDocument(), layers: [pad, { ...conv, bias: 5 }, ...rest] });
    expect(refusal(folder.path, 'model.json')).toBe(
      "error MOD001: Invalid input: expected string, received number\n  at model.json › layer 'conv' › bias",
    );
  });

  test.each([
    ['the description of a design', { design: 'x', layers: [] }],
    ['null', null],
    ['a list', []],
    ['text', '"model"'],
  ])('is not what %s is', (_sentence, content) => {
    const folder = temporaryFolder();
    folder.write('design.json', content);
    expect(refusal(folder.path, 'design.json')).toBe(
      'error IMP005: is no Model document: it does not name the schema pipewright/model@1\n  at design.json › schema\n' +
        '  mend: give a document written by pipewright import, or the folder of a design',
    );
  });

  test.each([
    ['', 'error IMP002: is empty\n  at model.json\n  mend: write or copy the file again'],
    [
      '{"schema": "pipewright',
      'error IMP002: is truncated: the JSON breaks off at line 1, column 23\n  at model.json\n  mend: write or copy the file again',
    ],
    [
      'schema: pipewright',
      'error IMP002: is not JSON: unexpected text at line 1, column 1\n  at model.json\n  mend: write or copy the file again',
    ],
  ])('is refused when its text is %j', (text, message) => {
    const folder = temporaryFolder();
    folder.write('model.json', text);
    expect(refusal(folder.path, 'model.json')).toBe(message);
  });
});

describe('a path', () => {
  test('to nothing is refused', () => {
    expect(refusal(temporaryFolder().path, 'model.json')).toBe(
      'error IMP001: there is no such file or folder\n  at model.json',
    );
  });

  test('to a folder that ends like a document is refused', () => {
    const { path } = temporaryFolder();
    mkdirSync(join(path, 'model.json'));
    expect(refusal(path, 'model.json')).toBe('error IMP001: is a folder, not a file\n  at model.json');
  });

  test('that no importer recognises is refused with what can be given', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder.path, 'empty'));
    folder.write('model.txt', 'hello');
    for (const name of ['empty', 'model.txt']) {
      expect(refusal(folder.path, name)).toMatch(
        new RegExp(
          `^error IMP000: is no model that Pipewright can read\n  at ${name}\n  mend: give a SparsePixels design folder .*, or a Model document`,
        ),
      );
    }
  });
});
