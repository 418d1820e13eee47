/** A search that is killed and resumed; it takes longer than a unit test may, since states are saved every few seconds. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtCli } from './built-cli.ts';

const run = builtCli();
const root = join(import.meta.dirname, '..');
const source = ['--conditions=source', '--import', 'tsx', join(root, 'cli/main.ts')];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-resume-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a search goes on after it was killed, and then gives what it would have given at once', async () => {
  const data = join(folder, 'data.csv');
  const rows = Array.from({ length: 20 }, (_, i) => `${i / 4},${Math.sin(i) + Math.sqrt(i)}`);
  writeFileSync(data, `x,y\n${rows.join('\n')}\n`);
  const args = ['search', data, '--populations', '2', '--seed', '4'];
  const out = join(folder, 'killed');
  const all = [...source, ...args, '--iterations', '1000000', '--out', out];
  const child = spawn(process.execPath, all, { cwd: root, stdio: 'ignore' });
  const exit = new Promise((resolve) => child.on('exit', resolve));
  const state = join(out, 'state.json');
  while (!existsSync(state)) await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGKILL');
  await exit;
  const { iteration } = JSON.parse(readFileSync(state, 'utf8')) as { iteration: number };
  const total = ['--iterations', String(iteration + 2)];
  expect(run([...args, ...total, '--out', out, '--resume']).code).toBe(0);
  expect(run([...args, ...total, '--out', join(folder, 'at-once')]).code).toBe(0);
  const front = (name: string) => readFileSync(join(folder, name, 'hall_of_fame.csv'), 'utf8');
  expect(front('killed')).toBe(front('at-once'));
}, 120_000);
