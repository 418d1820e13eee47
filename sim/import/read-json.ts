/** Reads files; whatever goes wrong becomes an InputError that names the file. */
import { readFileSync } from 'node:fs';
import { InputError } from '../model/index.ts';

/** @throws InputError `IMP001` (cannot be read), `IMP002` (not JSON, with line and column) */
export function readJson(file: string): unknown {
  return parseJson(file, readBytes(file).toString('utf8'));
}

/** @throws InputError `IMP002` */
export function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const offset = position === undefined ? text.length : Number(position);
    const before = text.slice(0, offset).split('\n');
    const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
    // "-Infinity" is reported by the parser at its second character
    const word = /^-?(NaN|Infinity)\b/.exec(text.slice(offset))?.[0];
    if (word !== undefined) {
      const what = `holds ${word} at ${place}, which is no number in JSON and no value of a fixed-point type`;
      throw new InputError({ code: 'IMP002', file, what, mend: 'replace it by a number' });
    }
    const end = text.trimEnd().length <= offset;
    const what = end
      ? `is truncated: the JSON breaks off at ${place}`
      : `is not JSON: unexpected text at ${place}`;
    throw new InputError({ code: 'IMP002', file, what, mend: 'write or copy the file again' });
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
