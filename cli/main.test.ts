import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtCli } from './built-cli.ts';

const run = builtCli();

describe('pipewright', () => {
  test('prints its version', () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
      version: string;
    };
    expect(run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('lists its commands in its help', () => {
    const { code, stdout } = run(['--help']);
    expect(code).toBe(0);
    for (const command of ['evaluate', 'verify', 'import', 'doctor'])
      expect(stdout).toContain(`  ${command} [options]`);
  });

  test.each(['emit', 'estimate', 'evaluate', 'fifo', 'import', 'simulate', 'synth', 'verify'])(
    'says in the help of %s which files it takes for a model',
    (command) => {
      const { stdout } = run([command, '--help']);
      const text = stdout.replaceAll(/\s+/g, ' ');
      for (const form of [
        'SparsePixels design folder',
        'hls4ml project folder',
        '.json',
        '.keras',
        '.h5',
        '.onnx',
      ])
        expect(text).toContain(form);
    },
  );

  test.each([
    [['frobnicate'], "error: unknown command 'frobnicate'\n(--help shows how)\n"],
    [['verify'], "error: missing required argument 'model'\n(--help shows how)\n"],
    [['verify', '.', '--fast'], "error: unknown option '--fast'\n(--help shows how)\n"],
  ])('called as %j exits 2 and points to the help', (args, stderr) => {
    expect(run(args)).toEqual({ code: 2, stdout: '', stderr });
  });
});

describe('pipewright doctor', () => {
  test('says as data which tools are there, what each is for and how to get it', () => {
    const { code, stdout } = run(['doctor', '--json']);
    expect(code).toBe(0);
    const { tools } = JSON.parse(stdout) as { tools: Record<string, unknown>[] };
    expect(tools[0]).toMatchObject({ name: 'node', found: true, version: process.versions.node });
    for (const { name, found, version, purpose, install } of tools) {
      expect(typeof found, String(name)).toBe('boolean');
      expect(version === null, String(name)).toBe(!found);
      expect(purpose, String(name)).toMatch(/\w/);
      expect(install, String(name)).toMatch(/\w/);
    }
  });

  test('prints a line a tool for people', () => {
    const { code, stdout } = run(['doctor']);
    expect(code).toBe(0);
    for (const name of ['node', 'g++', 'verilator', 'iverilog', 'yosys']) {
      expect(stdout).toMatch(new RegExp(`^${name.replaceAll('+', '\\+')} +(not found|unknown|\\d)`, 'm'));
    }
  });
});
