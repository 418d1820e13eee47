/** Files of a project on disk. */
/** Text of files by relative path. */
export type SourceFiles = ReadonlyMap<string, string>;

/** Writes the files of a project below a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function writeFiles(folder: string, files: SourceFiles): void {
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
