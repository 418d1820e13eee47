import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const design = join(root, 'golden/sparsepixels/neutrino-8b-sparse_t');

/** Where no program and no fetched tool can be found. */
function withoutTools(...options: readonly string[]) {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const source = ['--conditions=source', '--import', tsx, join(root, 'cli/main.ts'), 'synth', design];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...source, '--mapping', 'small', '--fmax', ...options],
    { cwd: tmpdir(), encoding: 'utf8', env: { PATH: '/no/such/folder', NO_COLOR: '1' } },
  );
  return { status, stdout, stderr };
}

test('a clock that was not measured for want of a tool is no success, and the message says what to get', () => {
  const { status, stdout, stderr } = withoutTools();
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toMatch(/^error CLI022: not run: (yosys|nextpnr-ecp5) not found\n {2}mend: \w/);
});

test('a block that is not there is refused with the names of those that are', () => {
  const { status, stderr } = withoutTools('--block', 'sparse_pool3');
  expect(status).toBe(2);
  expect(stderr).toContain("CLI023: the design has no block 'sparse_pool3'");
  expect(stderr).toContain('neutrino_8b_sparse_t_sparse_pool2');
});
