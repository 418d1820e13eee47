import { mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BuildCache } from './build-cache.ts';

const sources = new Map([['src/a.cpp', 'int a;']]);

function newCache(limitMb?: number): BuildCache {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-cache-'));
  return new BuildCache({ folder, ...(limitMb === undefined ? {} : { limitMb }) });
}

/** A build that writes `bytes` bytes and counts how often it happens. */
function builder(bytes = 10) {
  let count = 0;
  return {
    build: (folder: string) => {
      count++;
      writeFileSync(join(folder, 'program'), Buffer.alloc(bytes));
      return Promise.resolve();
    },
    count: () => count,
  };
}

test('the same sources, flags and tool are built once, even when asked for at the same time', async () => {
  const cache = newCache();
  const { build, count } = builder();
  const folders = await Promise.all([1, 2, 3].map(() => cache.get(sources, { flags: ['-O1'] }, build)));
  expect(await cache.get(sources, { flags: ['-O1'] }, build)).toBe(folders[0]);
  expect(count()).toBe(1);
  expect(readFileSync(join(folders[0], 'src/a.cpp'), 'utf8')).toBe('int a;');
});

test.each([
  ['another source', new Map([['src/a.cpp', 'int b;']]), { flags: ['-O1'] }],
  ['another path', new Map([['src/b.cpp', 'int a;']]), { flags: ['-O1'] }],
  ['another flag', sources, { flags: ['-O2'] }],
])('%s is another build', async (_, other, recipe) => {
  const cache = newCache();
  const { build, count } = builder();
  const first = await cache.get(sources, { flags: ['-O1'] }, build);
  expect(await cache.get(other, recipe, build)).not.toBe(first);
  expect(count()).toBe(2);
});

test('a build that fails leaves nothing behind and is tried again', async () => {
  const cache = newCache();
  const { build, count } = builder();
  const failing = (folder: string) => {
    writeFileSync(join(folder, 'half'), 'half');
    return Promise.reject(new Error('no'));
  };
  await expect(cache.get(sources, {}, failing)).rejects.toThrow('no');
  expect(readdirSync(cache.folder)).toEqual([]);
  await cache.get(sources, {}, build);
  expect(count()).toBe(1);
});

test('no more builds run at a time than allowed', async () => {
  const cache = newCache();
  let [running, most] = [0, 0];
  const slow = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running--;
  };
  await Promise.all([1, 2, 3, 4, 5].map((flag) => cache.get(sources, { flag }, slow)));
  expect(most).toBe(2);
});

test('the builds used longest ago go when the folder grows beyond its limit', async () => {
  const cache = newCache(1);
  const { build } = builder(400_000);
  const folders: string[] = [];
  for (const flag of [1, 2, 3]) {
    const folder = await cache.get(sources, { flag }, build);
    utimesSync(folder, flag, flag);
    folders.push(folder);
  }
  const left = readdirSync(cache.folder).map((name) => join(cache.folder, name));
  expect(left.sort()).toEqual(folders.slice(1).sort());
});
