/**
 * The command line, bundled as `npm run build` bundles it, and run as a user runs it: for tests of exit codes, messages
 * and files. Each test file bundles its own copy (a second), so that no test ever sees an old one.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Call once at the top of a test file; returns the function that runs the command line, in `cwd` if given. */
export function builtCli(): (args: readonly string[], cwd?: string) => CliResult {
  let folder: string;
  beforeAll(() => {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.cache', 'cli-test-'));
    const tsdown = join(ROOT, 'node_modules/.bin/tsdown');
    execFileSync(tsdown, ['--no-dts', '--log-level', 'error', '--out-dir', join(folder, 'dist')], {
      cwd: ROOT,
    });
    copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  return (args, cwd = ROOT) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'dist/cli.js'), ...args], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, NO_COLOR: '1' },
      maxBuffer: 1 << 28,
      timeout: 60_000,
    });
    return { code: status, stdout, stderr };
  };
}
