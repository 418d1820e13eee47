import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { smallEvents, smallMapping, smallModel } from '../../against/small-model.suite.ts';
import { type OracleContext, OracleFailure } from '../index.ts';
import { BuildCache } from '../process/build-cache.ts';
import { vitisOracle } from './index.ts';

/** A folder with a stand-in for the tool: a shell script that runs in the project's folder. */
function pathWith(command: 'vitis-run' | 'vitis_hls', script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-vitis-'));
  writeFileSync(join(folder, command), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, command), 0o755);
  return `${folder}:/usr/bin:/bin`;
}

function contextOf(runTimeoutMs = 20_000): OracleContext {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-test-'));
  return {
    cache: new BuildCache({ folder }),
    signal: new AbortController().signal,
    buildTimeoutMs: 1000,
    runTimeoutMs,
    logFolder: join(folder, 'logs'),
  };
}

async function outcome(
  path: string,
  context = contextOf(),
  name: 'vitis-csim' | 'vitis-cosim' = 'vitis-csim',
) {
  const results: (readonly bigint[])[] = [];
  try {
    const prepared = await vitisOracle(name, path).prepare(
      { model: smallModel, mapping: smallMapping },
      context,
    );
    for await (const { values } of prepared.run(smallEvents, 'outputs')) results.push(values.y);
  } catch (error) {
    if (!(error instanceof OracleFailure)) throw error;
    return { results, failure: error.report.kind, report: error.report };
  }
  return { results, failure: undefined, report: undefined };
}

const folder = 'small_prj/solution1/csim/build';
const good = `mkdir -p ${folder}; printf '11 18 \\n0 5 \\n0 16 \\n' > ${folder}/results.txt`;

test('results of a run that ends well are read event by event', async () => {
  const { results, failure } = await outcome(pathWith('vitis-run', good));
  expect(failure).toBeUndefined();
  expect(results).toEqual(smallEvents.map(({ expected }) => expected));
});

test('the tool is called with the script, and told the steps, in a project that holds the events', async () => {
  const context = contextOf();
  await outcome(pathWith('vitis-run', `echo "$@" > call; echo "$STEPS" >> call; ${good}`), context);
  const project = join(context.logFolder, readdirSync(context.logFolder)[0]);
  expect(readFileSync(join(project, 'call'), 'utf8')).toBe('--mode hls --tcl build.tcl\ncsim\n');
  expect(readFileSync(join(project, 'tb/inputs.txt'), 'utf8')).toBe('3 4\n-5 1\n0 0\n');
  expect(readFileSync(join(project, 'build.tcl'), 'utf8')).toContain('csim_design -argv "--no-compare"');
});

test('vitis_hls is used where there is no vitis-run', async () => {
  const { results } = await outcome(pathWith('vitis_hls', good));
  expect(results).toHaveLength(3);
});

test('co-simulation synthesises first, and its results are found where it leaves them', async () => {
  const place = 'small_prj/solution1/sim/wrapc_pc';
  const script = `test "$STEPS" = "csynth cosim" && mkdir -p ${place} && printf '11 18 \\n0 5 \\n0 16 \\n' > ${place}/results.txt`;
  const { results, failure } = await outcome(pathWith('vitis-run', script), contextOf(), 'vitis-cosim');
  expect([results.length, failure]).toEqual([3, undefined]);
});

test('an error of the tool is a failure that shows its last lines', async () => {
  const { failure, report } = await outcome(
    pathWith('vitis-run', 'echo "ERROR: [HLS 200-70] no licence" >&2; exit 1'),
  );
  expect(failure).toBe('failed');
  expect(report?.tail).toContain('no licence');
});

test('a crash after two events keeps the two', async () => {
  const script = `mkdir -p ${folder}; printf '11 18 \\n0 5 \\n0 1' > ${folder}/results.txt; kill -SEGV $$`;
  const { results, failure } = await outcome(pathWith('vitis-run', script));
  expect([results, failure]).toEqual([
    [
      [11n, 18n],
      [0n, 5n],
    ],
    'crashed',
  ]);
});

test('a hang ends when its time is over', async () => {
  const { failure } = await outcome(pathWith('vitis-run', 'sleep 1000'), contextOf(300));
  expect(failure).toBe('timed-out');
});

test.each([
  ['garbage', 'hello world'],
  ['a value outside its type', '11 99999'],
  ['too few values', '11'],
  ['too many values', '11 18 3'],
])('%s is bad output, not a difference', async (_, line) => {
  const script = `mkdir -p ${folder}; printf '11 18 \\n${line}\\n0 16 \\n' > ${folder}/results.txt`;
  const { results, failure } = await outcome(pathWith('vitis-run', script));
  expect([results, failure]).toEqual([[[11n, 18n]], 'bad-output']);
});

test.each(['true', `mkdir -p ${folder}; printf '11 18 \\n' > ${folder}/results.txt`])(
  'ending well without all results is bad output',
  async (script) => {
    expect((await outcome(pathWith('vitis-run', script))).failure).toBe('bad-output');
  },
);

test('a tool that is not there is missing, with how to find it', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'pipewright-vitis-'));
  mkdirSync(join(empty, 'bin'));
  const availability = await vitisOracle('vitis-csim', join(empty, 'bin')).availability();
  expect(availability).toMatchObject({ kind: 'missing', mend: "source Vitis' settings64.sh" });
  expect((await outcome(join(empty, 'bin'))).failure).toBe('missing');
});
