/** Compiles C++ oracles, once for each content, and runs them on 64-bit words. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../../../.cache/oracles/', import.meta.url));
const FLAGS = ['-std=c++17', '-O0', '-DNDEBUG', '-w'];

/** Version of g++, or null when there is none. */
export function compilerVersion(): string | null {
  const { status, stdout } = spawnSync('g++', ['-dumpfullversion'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** Builds one program a source, two at a time; one already built from the same text, headers and compiler is reused. */
export async function buildOracles(
  sources: readonly string[],
  includeFolders: readonly string[],
): Promise<readonly string[]> {
  mkdirSync(cache, { recursive: true });
  const headers = createHash('sha256').update(JSON.stringify([FLAGS, compilerVersion()]));
  for (const folder of includeFolders) hashFolder(folder, headers);
  const digest = headers.digest('hex');
  const paths = sources.map((source) => {
    const name = createHash('sha256').update(digest).update(source).digest('hex').slice(0, 24);
    return join(cache, name);
  });
  const waiting = sources
    .map((source, index) => ({ source, path: paths[index] }))
    .filter(({ path }) => !existsSync(path));
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job; job = waiting.shift())
      await compile(job.source, job.path, includeFolders);
  };
  await Promise.all([worker(), worker()]);
  return paths;
}

/** Sends words to an oracle and returns the words it answers. */
export function runOracle(path: string, words: BigUint64Array): BigUint64Array {
  const input = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const output = execFileSync(path, { input, maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'ignore'] });
  return new BigUint64Array(output.buffer.slice(output.byteOffset, output.byteOffset + output.byteLength));
}

async function compile(source: string, path: string, includeFolders: readonly string[]): Promise<void> {
  writeFileSync(`${path}.cpp`, source);
  const args = [
    ...FLAGS,
    ...includeFolders.flatMap((folder) => ['-I', folder]),
    `${path}.cpp`,
    '-o',
    `${path}.part`,
  ];
  await new Promise<void>((resolve, reject) => {
    const child = spawn('g++', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`g++ failed:\n${errors.slice(0, 4000)}`)),
    );
  });
  renameSync(`${path}.part`, path);
}

function hashFolder(folder: string, hash: ReturnType<typeof createHash>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) hashFolder(path, hash);
    else if (/\.(h|hpp)$/.test(entry.name)) hash.update(entry.name).update(readFileSync(path));
  }
}
