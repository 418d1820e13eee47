/** The command from outside: a compiler that hangs is ended by Ctrl-C, with a readable report and no child left. */
import { execa } from 'execa';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { verifyEventSchema, verifyReportSchema } from '../schemas/verify-report.ts';
import { writeModel } from '../sim/model/index.ts';
import { smallModel } from '../verify/against/small-model.suite.ts';
import { regressionSchema } from '../verify/shrink/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const design = join(root, 'golden/sparsepixels/neutrino-8b-sparse_t');

/** The compiled evaluator of the Model with one wrong weight, and an oracle that can express no Model at all. */
const STRANGE_ORACLES = `
  import { evaluatorOracles } from './verify/oracles/index.ts';
  import { InputError } from './sim/model/index.ts';
  const compiled = evaluatorOracles.find(({ name }) => name === 'compiled');
  const faulty = {
    ...compiled,
    name: 'faulty',
    prepare: (subject, context) => {
      const { w, ...rest } = subject.model.constants;
      const wrong = w === undefined ? {} : { w: { ...w, raw: [w.raw[0] + 1n, ...w.raw.slice(1)] } };
      return compiled.prepare({ ...subject, model: { ...subject.model, constants: { ...rest, ...wrong } } }, context);
    },
  };
  const choosy = {
    ...compiled,
    name: 'choosy',
    prepare: () => { throw new InputError({ code: 'HLS002', layer: 'add', what: 'cannot be said' }); },
  };
`;

function smallModelFile(folder: string): string {
  const { document, bytes } = writeModel(smallModel, 'small.bin');
  writeFileSync(join(folder, 'small.bin'), bytes);
  const file = join(folder, 'small.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

function strange(options: Record<string, unknown>, folder: string): string {
  const given = JSON.stringify(options).replace(/}$/, ',"more":[faulty,choosy]}');
  const call = `verifyAgainstOracles(${JSON.stringify(smallModelFile(folder))}, ${given})`;
  return `${STRANGE_ORACLES} import { verifyAgainstOracles } from './cli/verify-against.ts'; process.exitCode = await ${call};`;
}

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

test('a difference is shrunk and kept; report, log and kept file are as their schemas say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-cli-'));
  const [log, save] = [join(folder, 'log.jsonl'), join(folder, 'kept')];
  const options = {
    against: 'faulty,choosy,compiled',
    random: 8,
    seed: 3,
    keepGoing: true,
    shrink: true,
    save,
    log,
    json: true,
  };
  const { exitCode, stdout } = await start(strange(options, folder), folder);
  expect(exitCode).toBe(1);
  const report = verifyReportSchema.parse(JSON.parse(stdout));
  expect(report.oracles.map(({ oracle, verdict }) => [oracle, verdict])).toEqual([
    ['faulty', 'different'],
    ['choosy', 'failed'],
    ['compiled', 'equal'],
  ]);
  expect(report.oracles[1].failure).toMatchObject({ kind: 'refused', what: "layer 'add': cannot be said" });
  const events = readFileSync(log, 'utf8').trim().split('\n');
  const kinds = events.map((line) => verifyEventSchema.parse(JSON.parse(line)).kind);
  expect([kinds[0], kinds.at(-1)]).toEqual(['started', 'ended']);
  const [kept] = readdirSync(save);
  expect(kept).toMatch(/^\d{4}-\d\d-\d\d-dense-faulty\.json$/);
  const regression = regressionSchema.parse(JSON.parse(readFileSync(join(save, kept), 'utf8')));
  expect(regression.events[0].inputs.x).toEqual([expect.anything(), 0]);
  expect(report.kept?.[0].sentence).toContain('shrunk to 1 layer and 1 of 2 inputs not 0');
}, 60_000);

test('an oracle is not held against itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-cli-'));
  const script = strange({ against: 'reference', random: 2 }, folder);
  const { stderr } = await start(script, folder);
  expect(stderr).toContain("'reference' would be compared with itself");
}, 60_000);
