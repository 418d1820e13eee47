/** The recorded events that a design folder has of its own, inputs of a project's test bench, or what the user names. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../sim/model/index.ts';

/** @param instead  what else the command can do without recorded events. @throws InputError `VEC009` */
export function ownVectors(path: string, given: string | undefined, instead = ''): string {
  if (given !== undefined) return given;
  const own = join(path, 'vectors.json');
  if (existsSync(own)) return own;
  const testBench = join(path, 'tb_data', 'tb_input_features.dat');
  if (existsSync(testBench)) return testBench;
  throw new InputError({
    code: 'VEC009',
    file: path,
    what: 'has no recorded events of its own',
    mend: `give them with --vectors FILE${instead}`,
  });
}
