import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchReportSchema } from '../schemas/search-report.ts';
import { parseCsv } from '../symbolic/expression/csv.ts';
import { builtCli } from './built-cli.ts';

const run = builtCli();
const root = join(import.meta.dirname, '..');
const source = ['--conditions=source', '--import', 'tsx', join(root, 'cli/main.ts')];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-search-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const rows = Array.from({ length: 20 }, (_, i) => [i / 4, 2 * (i / 4) ** 2 + 1, 3 - i / 4]);
const table = `x,y,z\n${rows.map((row) => row.join()).join('\n')}\n`;
const quick = ['--iterations', '3', '--populations', '3', '--maxsize', '9'];

test('a search prints a report that keeps its schema and leaves the front in the format of PySR', () => {
  const out = join(folder, 'run');
  const { code, stdout } = run([
    'search', file('two.csv', table), '--target', 'y,z', '--inputs', 'x', ...quick, '--workers', '2', '--json', '--out', out,
  ]); // prettier-ignore
  expect(code).toBe(0);
  const { outputs } = searchReportSchema.parse(JSON.parse(stdout));
  expect(outputs.map(({ name }) => name)).toEqual(['y', 'z']);
  for (const { file: front, front: entries } of outputs) {
    expect(entries[entries.length - 1].loss).toBeLessThan(1e-20);
    const [header, ...lines] = parseCsv(readFileSync(front, 'utf8'));
    expect(header).toEqual(['Complexity', 'Loss', 'Equation']);
    expect(lines.map(([, , equation]) => equation)).toEqual(entries.map(({ equation }) => equation));
    expect(readFileSync(`${front}.bak`, 'utf8')).toBe(readFileSync(front, 'utf8'));
  }
});

test('what does not fit on the disk is told with exit code 2; the front stays whole and is printed', () => {
  const out = join(folder, 'full');
  // A limit of 4 KiB a file: the front fits, the state does not.
  const command = `ulimit -f 4; exec "$0" "$@"`;
  const args = [...source, 'search', file('full.csv', table), '--target', 'y', ...quick, '--out', out];
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toContain('warning: state.json');
  expect(stderr).toContain('CLI001');
  expect(status).toBe(2);
  expect(stdout).toContain('complexity');
  expect(parseCsv(readFileSync(join(out, 'hall_of_fame.csv'), 'utf8'))[0][0]).toBe('Complexity');
  expect(existsSync(join(out, 'state.json'))).toBe(false);
});

describe('bad input exits 2 and says what, where and how to mend it', () => {
  test.each<readonly [string, string, readonly string[], string]>([
    ['an empty file', '', [], 'the table is empty'],
    ['names without rows', 'x,y\n', [], 'there are names but no rows'],
    ['NaN', 'x,y\n1,2\n2,nan\n', [], "line 3, column 'y'"],
    ['a missing value', 'x,y\n1,\n', [], 'a value is missing'],
    ['rows of different lengths', 'x,y\n1,2\n3\n', [], '1 values where 2 are expected'],
    ['an unknown column', table, ['--target', 'w'], "there is no column 'w'"],
    ['an unknown operator', table, ['--operators', 'frob'], "unknown operator 'frob'"],
    ['a number that is none', table, ['--maxsize', 'big'], "'big' is no number"],
    ['a template without parts', table, ['--template', 'f(x)'], 'SEA004'],
    ['a unit of no column', table, ['--units', 'w=m'], 'SEA005'],
    ['nothing to resume', table, ['--resume'], 'SEA006'],
  ])('%s', (_, text, args, message) => {
    const out = join(folder, 'bad');
    const { code, stderr } = run(['search', file('bad.csv', text), ...args, '--out', out]);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error [A-Z]{3}\d{3}: /);
    expect(code).toBe(2);
    expect(existsSync(out)).toBe(false);
  });
});

test.each([
  ['one row', 'x,y\n1,2\n'],
  ['constant data', 'x,y\n1,2\n2,2\n3,2\n'],
])('%s is searched, and explained exactly', (_, text) => {
  const { code, stdout } = run([
    'search', file('odd.csv', text), ...quick, '--json', '--out', join(folder, 'odd'),
  ]); // prettier-ignore
  expect(code).toBe(0);
  const [{ front }] = searchReportSchema.parse(JSON.parse(stdout)).outputs;
  expect(Math.min(...front.map(({ loss }) => loss))).toBeLessThan(1e-20);
});
