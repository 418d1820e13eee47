/** Reads files; whatever goes wrong becomes an InputError that names the file. */
import { readFileSync } from 'node:fs';
import { InputError } from '../model/index.ts';
import { jsonFault } from './json-fault.ts';

/** @throws InputError `IMP001` (cannot be read), `IMP002` (not JSON, with line and column) */
export function readJson(file: string): unknown {
  return parseJson(file, readBytes(file).toString('utf8'));
}

/** @throws InputError `IMP002` */
export function parseJson(file: string, text: string): unknown {
  const json = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(json);
  } catch {
    throw new InputError({ code: 'IMP002', file, ...describeFault(json) });
  }
}

function describeFault(json: string): { what: string; mend: string } {
  if (json.trim() === '') return { what: 'is empty', mend: 'write or copy the file again' };
  const { offset, truncated } = jsonFault(json);
  const before = json.slice(0, offset).split('\n');
  const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  if (truncated) {
    return { what: `is truncated: the JSON breaks off at ${place}`, mend: 'write or copy the file again' };
  }
  const word = /^-?(NaN|Infinity)\b/.exec(json.slice(offset))?.[0];
  if (word === undefined) {
    return { what: `is not JSON: unexpected text at ${place}`, mend: 'write or copy the file again' };
  }
  const what = `holds ${word} at ${place}, which is no number in JSON and no value of a fixed-point type`;
  return { what, mend: 'replace it by a number' };
}

/** @throws InputError `IMP001` */
export function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new InputError({ code: 'IMP001', file, what: reasons[code] ?? `cannot be read (${code})` });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read: its permissions forbid it',
};
