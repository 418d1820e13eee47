import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { writeNpy } from '../../../sim/import/vectors/numpy.ts';
import { smallEvents, smallMapping, smallModel } from '../../against/small-model.suite.ts';
import { BuildCache } from '../process/build-cache.ts';
import { actualOracle } from './index.ts';

function file(name: string, content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pipewright-actual-')), name);
  writeFileSync(path, content);
  return path;
}

async function read(path: string) {
  const folder = tmpdir();
  const context = {
    cache: new BuildCache({ folder }),
    signal: new AbortController().signal,
    buildTimeoutMs: 1,
    runTimeoutMs: 1,
    logFolder: folder,
  };
  const prepared = await actualOracle(path).prepare({ model: smallModel, mapping: smallMapping }, context);
  const results = [];
  for await (const { values } of prepared.run(smallEvents, 'outputs')) results.push(values);
  return results;
}

test('reads csim_results.log as hls4ml prints it: decimals with six significant digits', async () => {
  const results = await read(file('csim_results.log', '0.6875 1.125 \n0 0.3125 \n0 1 \n'));
  expect(results.map(({ y }) => y)).toEqual(smallEvents.map(({ expected }) => expected));
});

test('takes a number cut to its printed digits as the value it was printed from', async () => {
  const results = await read(file('rtl_cosim_results.log', '0.69 1.12\n0.0 0.31\n0.0 1e0\n'));
  expect(results.map(({ y }) => y)).toEqual(smallEvents.map(({ expected }) => expected));
});

test('refuses numbers that no value of the type prints as', async () => {
  await expect(read(file('csim_results.log', '0.6900 1.125\n'))).rejects.toThrow('ACT002');
  await expect(read(file('csim_results.log', '0.6875 900\n'))).rejects.toThrow('ACT002');
});

test.each(['0.6875 nan', '0.6875 0x12', '0.6875', '1 2 3'])('refuses the line %s', async (line) => {
  await expect(read(file('csim_results.log', `${line}\n`))).rejects.toThrow('ACT001');
});

test('a log that ends early is a failure of that oracle', async () => {
  await expect(read(file('csim_results.log', '0.6875 1.125\n'))).rejects.toThrow('ends after 1 events');
});

test('reads trace archives by tensor and by layer name', async () => {
  const y = writeNpy({ shape: [3, 2], values: [11, 18, 0, 5, 0, 16].map((raw) => raw / 16) });
  const sum = writeNpy({ shape: [3, 2], values: [11, 18, -3, 5, 0, 16].map((raw) => raw / 16) });
  const results = await read(file('trace.npz', zipSync({ 'y.npy': y, 'add.npy': sum })));
  expect(results[1]).toEqual({ y: [0n, 5n], sum: [-3n, 5n] });
});

test('refuses a trace off the grid of its tensor, and an archive of something else', async () => {
  const off = writeNpy({ shape: [3, 2], values: [0.3, 0, 0, 0, 0, 0] });
  await expect(read(file('trace.npz', zipSync({ 'y.npy': off })))).rejects.toThrow('ACT002');
  await expect(read(file('trace.npz', zipSync({ 'other.npy': off })))).rejects.toThrow('ACT003');
  await expect(read(file('trace.npz', 'not a zip'))).rejects.toThrow('ACT003');
});
