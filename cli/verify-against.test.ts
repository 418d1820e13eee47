/** The command from outside: a compiler that hangs is ended by Ctrl-C, with a readable report and no child left. */
import { execa } from 'execa';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const design = join(root, 'golden/sparsepixels/neutrino-8b-sparse_t');

function command(options: Record<string, unknown>): string {
  const call = `verifyAgainstOracles(${JSON.stringify(design)}, ${JSON.stringify(options)})`;
  return `import { verifyAgainstOracles } from './cli/verify-against.ts'; process.exitCode = await ${call};`;
}

function start(script: string, folder: string) {
  const args = ['--conditions=source', '--import', 'tsx', '--input-type=module', '-e', script];
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    XDG_CACHE_HOME: join(folder, 'cache'),
    AP_TYPES: folder,
  };
  return execa('node', args, { cwd: root, env, reject: false });
}

function withFakeCompiler(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-cli-'));
  const version = '[ "$1" = -dumpfullversion ] && { echo 99; exit 0; }';
  writeFileSync(join(folder, 'g++'), `#!/bin/sh\n${version}\n${script}\n`);
  chmodSync(join(folder, 'g++'), 0o755);
  return folder;
}

test('Ctrl-C leaves a readable report and no child process', async () => {
  const folder = withFakeCompiler(`sleep 1000 & echo $! > ${'$'}{0%/*}/child; wait`);
  const report = join(folder, 'report.xml');
  const running = start(command({ against: 'reference,csim', junit: report }), folder);
  const child = join(folder, 'child');
  for (let turn = 0; turn < 1000 && !existsSync(child); turn++) await wait(30);
  await wait(50);
  running.kill('SIGINT');
  const { exitCode, stdout } = await running;
  expect(exitCode).toBe(3);
  expect(stdout).toContain('reference: equal in every bit; 80 of 80 events');
  expect(stdout).toContain('csim: no verdict, build cancelled');
  expect(readFileSync(report, 'utf8')).toContain('tests="2" failures="0" errors="1"');
  const pid = Number(readFileSync(child, 'utf8'));
  expect(existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))).toBe(false);
}, 60_000);

test('a compiler that fails or finds the disk full gives exit code 3 and its last lines', async () => {
  const failing = withFakeCompiler('echo "fatal error: ap_fixed.h" >&2; exit 1');
  const failed = await start(command({ against: 'csim' }), failing);
  expect([failed.exitCode, failed.stdout]).toEqual([3, expect.stringContaining('fatal error: ap_fixed.h')]);
  const full = withFakeCompiler('echo "error writing to /tmp/x.o: No space left on device" >&2; exit 1');
  const stopped = await start(command({ against: 'csim', json: true }), full);
  const report = JSON.parse(stopped.stdout) as { oracles: { failure: { kind: string } }[] };
  expect([stopped.exitCode, report.oracles[0].failure.kind]).toEqual([3, 'no-space']);
}, 60_000);
