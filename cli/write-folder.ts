/** Writes a folder of files under a temporary name and renames it, so that nobody ever sees half of it. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../sim/model/index.ts';

/**
 * @param files  text by path in the folder
 * @param force  replace a folder that is there and not empty
 * @throws InputError `CLI005`
 */
export function writeFolder(out: string, files: ReadonlyMap<string, string>, force: boolean): void {
  if (existsSync(out) && !force && readdirSync(out).length > 0) {
    const what = 'the folder is there and not empty';
    throw new InputError({
      code: 'CLI005',
      file: out,
      what,
      mend: 'name another, or give --force to replace it',
    });
  }
  const temporary = `${out}.${process.pid}.tmp`;
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(temporary, path)), { recursive: true });
      writeFileSync(join(temporary, path), text);
    }
    rmSync(out, { recursive: true, force: true });
    renameSync(temporary, out);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new InputError({
      code: 'CLI005',
      file: out,
      what: `cannot be written (${reason})`,
      mend: 'check the place and the free space',
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
