/**
 * Builds kept under the hash of all that made them: sources, flags, tool versions.
 *
 * A build happens in a folder of its own that gets its final name when it is complete, so a killed run leaves nothing
 * that could be taken for a build. The oldest builds go when the folder grows beyond its limit.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { limiter } from './limit.ts';
import { type SourceFiles, writeFiles } from './write-files.ts';

export interface BuildCacheOptions {
  readonly folder: string;
  /** Builds at a time. */
  readonly parallel?: number;
  /** Size at which the oldest builds go, MB. */
  readonly limitMb?: number;
}

export class BuildCache {
  readonly folder: string;
  readonly #limit: <T>(task: () => Promise<T>) => Promise<T>;
  readonly #limitBytes: number;
  readonly #building = new Map<string, Promise<string>>();

  constructor({ folder, parallel = 2, limitMb = 2048 }: BuildCacheOptions) {
    this.folder = folder;
    this.#limit = limiter(parallel);
    this.#limitBytes = limitMb * 2 ** 20;
  }

  /**
   * The folder of a build, made by `build` unless it is there already.
   * @param recipe  everything besides the sources that the result depends on: flags, tool versions
   * @param build   builds in the folder it is given, which holds the sources; throws if it fails
   */
  async get(
    sources: SourceFiles,
    recipe: unknown,
    build: (folder: string) => Promise<void>,
  ): Promise<string> {
    const key = contentHash(sources, recipe);
    const running = this.#building.get(key);
    if (running) return running;
    const made = this.#limit(() => this.#make(key, sources, build));
    this.#building.set(key, made);
    try {
      return await made;
    } finally {
      this.#building.delete(key);
    }
  }

  async #make(key: string, sources: SourceFiles, build: (folder: string) => Promise<void>): Promise<string> {
    const final = join(this.folder, key);
    if (existsSync(final)) {
      const now = Date.now() / 1000;
      utimesSync(final, now, now);
      return final;
    }
    const part = join(this.folder, `${key}.${process.pid}.part`);
    rmSync(part, { recursive: true, force: true });
    try {
      writeFiles(part, sources);
      mkdirSync(part, { recursive: true });
      await build(part);
      if (!existsSync(final)) renameSync(part, final);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
    this.#prune(key);
    return final;
  }

  /** Removes the builds that were used longest ago until the rest is within the limit. */
  #prune(keep: string): void {
    const entries = readdirSync(this.folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && /^[0-9a-f]{32}$/.test(entry.name))
      .map(({ name }) => ({
        name,
        used: statSync(join(this.folder, name)).mtimeMs,
        bytes: sizeOf(join(this.folder, name)),
      }))
      .sort((a, b) => b.used - a.used);
    let total = 0;
    for (const { name, bytes } of entries) {
      total += bytes;
      if (total > this.#limitBytes && name !== keep)
        rmSync(join(this.folder, name), { recursive: true, force: true });
    }
  }
}

export function contentHash(sources: SourceFiles, recipe: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(recipe));
  for (const path of [...sources.keys()].sort()) hash.update(`\0${path}\0${sources.get(path)}`);
  return hash.digest('hex').slice(0, 32);
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((bytes, entry) => {
    const path = join(folder, entry.name);
    return bytes + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
  }, 0);
}
