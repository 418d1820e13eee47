import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCsv } from '../symbolic/expression/csv.ts';
import { builtCli } from './built-cli.ts';

const run = builtCli();
const root = join(import.meta.dirname, '..');
const dijet = join(root, 'golden/symbolfit/datasets/dijet.json');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipewright-fit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a data file and gives its path. */
function data(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const line = 'x,y,y_up,y_down\n1,3.1,0.2,0.2\n2,4.9,0.2,0.1\n3,7.2,0.2,0.2\n4,9.0,0.3,0.2\n5,10.8,0.2,0.2\n';

describe('a fit of given forms', () => {
  test('prints parameters with errors and writes tables, figures and a report', () => {
    const out = join(folder, 'line');
    const { code, stdout } = run([
      'fit',
      data('line.csv', line),
      '--function',
      'a + b*x0',
      '--profile',
      '--out',
      out,
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/a = 1\.\d+ ± 0\.\d+/);
    expect(stdout).toMatch(/b = 1\.9\d+ ± 0\.0\d+/);
    expect(readdirSync(out).sort()).toEqual([
      'candidates.csv', 'candidates.pdf', 'candidates_compact.csv', 'candidates_correlation.pdf', 'candidates_gof.pdf',
      'candidates_sampling.pdf', 'plots', 'report.html', 'results.json',
    ]); // prettier-ignore
    expect(readdirSync(join(out, 'plots')).sort()).toEqual([
      'candidate-00-correlation.svg', 'candidate-00-fit.svg', 'candidate-00-sampling.svg', 'candidate-00-variation-a.svg',
      'candidate-00-variation-b.svg', 'goodness.svg',
    ]); // prettier-ignore
    const report = readFileSync(join(out, 'report.html'), 'utf8');
    expect(report).not.toMatch(/(?:src|href)="(?!#)/);
    expect(readFileSync(join(out, 'candidates.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('is data on stdout with --json, the interval of a linear fit equal to its error', () => {
    const args = ['--function', 'a + b*x0', '--function', 'c*x0', '--profile', '--plots', 'none', '--json'];
    const { code, stdout } = run(['fit', data('line.csv', line), ...args, '--out', join(folder, 'json')]);
    expect(code).toBe(0);
    const {
      candidates,
      recommended,
      data: about,
    } = JSON.parse(stdout) as {
      candidates: { parameters: { error: number; interval: number[] }[] }[];
      recommended: number;
      data: { likelihood: string };
    };
    expect([candidates.length, recommended, about.likelihood]).toEqual([2, 0, 'chi2']);
    const [slope] = candidates[1].parameters;
    expect(slope.interval[1] / slope.error).toBeCloseTo(1, 1);
  });

  test('scores the bins that were masked', () => {
    const masked = data('masked.csv', line.replace('3,7.2,0.2,0.2\n', ''));
    const args = ['--unmasked', data('line.csv', line), '--function', '1+2*x0', '--plots', 'none', '--json'];
    const { stdout } = run(['fit', masked, ...args, '--out', join(folder, 'masked')]);
    // At x = 3 the form gives 7, the datum is 7.2 - 0.2.
    expect((JSON.parse(stdout) as { masked: unknown }).masked).toEqual([
      { chi2: expect.closeTo(1, 9) as number, bins: 1 },
    ]);
  });
});

describe('a fit with a search', () => {
  const quick = ['--iterations', '3', '--max-complexity', '12', '--workers', '1', '--plots', 'none'];

  test('gives equal tables for equal seeds, others for others', () => {
    const table = (name: string, seed: string) => {
      const out = join(folder, name);
      expect(run(['fit', dijet, ...quick, '--seed', seed, '--out', out]).code).toBe(0);
      return readFileSync(join(out, 'candidates.csv'), 'utf8');
    };
    const first = table('seed-1', '1');
    expect(table('seed-1-again', '1')).toBe(first);
    expect(table('seed-2', '2')).not.toBe(first);
    const [header, ...rows] = parseCsv(first);
    expect(header[1]).toBe('Complexity');
    expect(rows.length).toBeGreaterThan(3);
  });

  test('in compat mode has starts of three digits', () => {
    const out = join(folder, 'compat');
    expect(run(['fit', dijet, ...quick, '--compat', 'symbolfit', '--out', out]).code).toBe(0);
    const [header, ...rows] = parseCsv(readFileSync(join(out, 'candidates.csv'), 'utf8'));
    const starts = rows.flatMap((row) => row[header.indexOf('Parameterization')].match(/: [^,}]+/g) ?? []);
    expect(starts.length).toBeGreaterThan(3);
    for (const start of starts)
      expect(Number(Number(start.slice(2)).toPrecision(3))).toBe(Number(start.slice(2)));
  });

  test('goes on after it was killed, and then gives what it would have given at once', async () => {
    const out = join(folder, 'killed');
    const args = ['fit', dijet, '--max-complexity', '12', '--workers', '1', '--plots', 'none', '--seed', '5'];
    const cli = ['--conditions=source', '--import', 'tsx', join(root, 'cli/main.ts')];
    const child = spawn(process.execPath, [...cli, ...args, '--iterations', '100000', '--out', out], {
      cwd: root,
      stdio: 'ignore',
    });
    const exit = new Promise((resolve) => child.on('exit', resolve));
    const checkpoint = join(out, 'checkpoint.json');
    while (!existsSync(checkpoint)) await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill('SIGKILL');
    await exit;
    expect(parseCsv(readFileSync(join(out, 'hall_of_fame.csv'), 'utf8'))[0]).toEqual([
      'Complexity',
      'Loss',
      'Equation',
    ]);
    const { iteration } = JSON.parse(readFileSync(checkpoint, 'utf8')) as { iteration: number };
    const total = ['--iterations', String(iteration + 2)];
    expect(run([...args, ...total, '--out', out, '--resume']).code).toBe(0);
    expect(run([...args, ...total, '--out', join(folder, 'at-once')]).code).toBe(0);
    const table = (name: string) => readFileSync(join(folder, name, 'candidates.csv'), 'utf8');
    expect(table('killed')).toBe(table('at-once'));
  }, 120_000);

  test('refuses to go on with other data or without a checkpoint', () => {
    const other = data('line.csv', line);
    const out = join(folder, 'killed');
    expect(run(['fit', other, ...quick, '--out', out, '--resume'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('SEA') as string,
    });
    const missing = run(['fit', other, ...quick, '--out', join(folder, 'nowhere'), '--resume']);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('FIT041') as string });
  });
});

test('what cannot be written is printed, so that nothing found is lost', () => {
  const file = data('a-file', 'in the way');
  const { code, stdout, stderr } = run([
    'fit',
    data('line.csv', line),
    '--function',
    'a + b*x0',
    '--plots',
    'none',
    '--out',
    join(file, 'folder'),
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain('warning: candidates.csv');
  expect(stderr).toContain('error FIT040');
  expect(stdout).toContain('Parameterized equation, unscaled');
  expect(readFileSync(file, 'utf8')).toBe('in the way');
});

describe('bad input exits 2 and says what, where and how to mend it', () => {
  test.each([
    ['an empty file', '', [], 'FIT020'],
    ['no columns', 'a,b\n1,2\n', [], 'columns x (or x0, x1, ...) and y are needed'],
    ['no bins', 'x,y\n', [], 'there are no bins'],
    ['NaN', '{"x": [1, 2], "y": [NaN, 2]}', [], 'y, bin 1'],
    ['columns of different lengths', '{"x": [1, 2, 3], "y": [1, 2]}', [], '3 values where y has 2'],
    ['no error on either side', 'x,y,y_up,y_down\n1,2,0,0\n2,3,1,1\n', [], 'both errors are 0'],
    ['negative errors', 'x,y,y_up,y_down\n1,2,-1,1\n', [], 'y_up, bin 1'],
    ['counts that are none', 'x,y\n1,2.5\n2,3\n', ['--likelihood', 'poisson'], 'FIT011'],
    ['a form that cannot be read', line, ['--function', 'a + '], 'the expression ends where'],
    ['a form with too many variables', line, ['--function', 'a*x1'], 'reads x1, the data have 1 columns'],
    ['a start for no parameter', line, ['--function', 'a*x0', '--start', 'b=1'], "'b' is no parameter"],
    [
      'an unknown likelihood',
      line,
      ['--likelihood', 'cauchy'],
      "'cauchy' is none of chi2, poisson, unweighted",
    ],
    ['an unknown operator', line, ['--operators', '+,frob'], 'frob'],
    ['a number that is none', line, ['--iterations', 'many'], "'many' is no whole number"],
  ])('%s', (name, text, args, message) => {
    const { code, stderr } = run([
      'fit',
      data(`bad.${text.startsWith('{') ? 'json' : 'csv'}`, text),
      ...args,
      '--out',
      join(folder, 'bad'),
    ]);
    expect(stderr, name).toContain(message);
    expect(stderr).toMatch(/^(note: .*\n)*error [A-Z]{3}\d{3}: /);
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'bad'))).toBe(false);
  });

  test('a file that is not there', () => {
    expect(run(['fit', join(folder, 'none.json')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('FIT043') as string,
    });
  });
});

test.each([
  ['one bin', 'x,y,y_up,y_down\n1,2,0.1,0.1\n', 'one bin'],
  ['constant data', 'x,y,y_up,y_down\n1,2,0.1,0.1\n2,2,0.1,0.1\n3,2,0.1,0.1\n', 'all y are 2'],
  ['no errors', 'x,y\n1,2\n2,3\n3,5\n', 'unweighted least squares'],
])('%s is fitted, with a note', (_, text, note) => {
  mkdirSync(join(folder, 'odd'), { recursive: true });
  const args = [
    '--iterations',
    '2',
    '--max-complexity',
    '7',
    '--workers',
    '1',
    '--plots',
    'recommended',
    '--json',
  ];
  const { code, stdout, stderr } = run(['fit', data('odd.csv', text), ...args, '--out', join(folder, 'odd')]);
  expect(stderr).toContain(note);
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as { candidates: unknown[] }).candidates.length).toBeGreaterThan(0);
});
