/** Reads a JSON file; whatever goes wrong becomes an InputError that names the file. */
import { readFileSync } from 'node:fs';
import { InputError } from '../model/index.ts';

/** @throws InputError `IMP001` (cannot be read), `IMP002` (not JSON, with line and column) */
export function readJson(file: string): unknown {
  const text = readBytes(file).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const offset = position === undefined ? text.length : Number(position);
    const before = text.slice(0, offset).split('\n');
    throw new InputError({
      code: 'IMP002',
      file,
      what: `is not complete JSON: it breaks off or goes wrong at line ${before.length}, column ${before.at(-1)!.length + 1}`,
      mend: 'write or copy the file again',
    });
  }
}

/** @throws InputError `IMP001` */
export function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const what = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? 'unknown reason'})`;
    throw new InputError({ code: 'IMP001', file, what });
  }
}
