import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importModel } from '../sim/import/index.ts';
import { temporaryFolder } from '../sim/import/temporary-folder.ts';
import { mappingSchema, readDocument } from '../sim/model/index.ts';
import { builtCli } from './built-cli.ts';

const run = builtCli();
const DESIGN = join(import.meta.dirname, '../golden/sparsepixels/neutrino-16b-sparse_s');

describe('pipewright import', () => {
  test('writes the document, its binary and its Mapping, which read back as the same Model and Mapping', () => {
    const { path } = temporaryFolder();
    const { code, stdout } = run(['import', DESIGN, '-o', 'neutrino.json', '--json'], path);
    expect(code).toBe(0);
    const files = ['neutrino.bin', 'neutrino.json', 'neutrino.mapping.json'];
    expect(JSON.parse(stdout)).toMatchObject({ model: 'neutrino-16b-sparse_s', layers: 11, files });
    expect(readdirSync(path).sort()).toEqual(files);
    const imported = importModel(DESIGN);
    expect(importModel(join(path, 'neutrino.json')).model).toEqual(imported.model);
    const mapping = JSON.parse(readFileSync(join(path, 'neutrino.mapping.json'), 'utf8')) as unknown;
    expect(readDocument('MAP001', mappingSchema, mapping)).toEqual(imported.mapping);
  });

  test('writes what verify finds equal to the recorded vectors', () => {
    const { path } = temporaryFolder();
    expect(run(['import', DESIGN, '-o', 'neutrino.json'], path).code).toBe(0);
    const { code, stdout } = run(
      ['verify', 'neutrino.json', '--vectors', join(DESIGN, 'vectors.json'), '--json'],
      path,
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ events: 80, mismatchedValues: 0 });
  });

  test('with wide accumulators writes a Model that verify finds different', () => {
    const { path } = temporaryFolder();
    expect(run(['import', DESIGN, '-o', 'wide.json', '--accumulator', 'wide'], path).code).toBe(0);
    const { code, stdout } = run(
      ['verify', 'wide.json', '--vectors', join(DESIGN, 'vectors.json'), '--json'],
      path,
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ firstDivergence: { layer: 'sparse conv1' } });
  });

  test.each([
    ['a name that does not end in .json', 'neutrino', "CLI005: 'neutrino' does not end in .json\n  at --out"],
    [
      'a folder that is not there',
      'missing/neutrino.json',
      'CLI001: cannot be written (ENOENT)\n  at missing/neutrino.bin\n  mend: make the folder first',
    ],
    [
      'the name of a folder',
      'folder.json',
      'CLI001: is a folder\n  at folder.json\n  mend: check the place and the free space',
    ],
  ])('to %s exits 2 and leaves nothing', (_sentence, out, message) => {
    const { path } = temporaryFolder();
    mkdirSync(join(path, 'folder.json'));
    expect(run(['import', DESIGN, '--out', out], path)).toEqual({
      code: 2,
      stdout: '',
      stderr: `error ${message}\n`,
    });
    expect(readdirSync(path)).toEqual(['folder.json']);
  });

  test('of what is no model exits 2 and leaves nothing', () => {
    const folder = temporaryFolder();
    folder.write('model.json', { schema: 'pipewright/model@1' });
    const { code, stderr } = run(['import', 'model.json', '--out', 'copy.json'], folder.path);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error MOD001: is missing \(.*\n {2}at model.json › name\n$/);
    expect(readdirSync(folder.path)).toEqual(['model.json']);
  });

  test('shows examples in its help', () => {
    const { code, stdout } = run(['import', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n( {2}\$ pipewright import .*\n?){2,}/);
  });
});
