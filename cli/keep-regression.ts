/** `verify --shrink`: a small case out of the first difference, kept as a file that is a test. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../sim/import/vectors/index.ts';
import { elements } from '../sim/model/index.ts';
import type { Oracle, OracleContext, Subject } from '../verify/oracles/index.ts';
import type { Shrunk } from '../verify/shrink/index.ts';
import { toJson, writeAtomically } from './command.ts';

export interface KeptRegression {
  readonly oracle: string;
  /** Undefined if there is no smaller case, for the reason in `sentence`. */
  readonly file: string | undefined;
  readonly sentence: string;
}

/** @param folder  where the file goes; made if it is not there */
export async function keepRegression(
  oracle: Oracle,
  subject: Subject,
  event: Event,
  context: OracleContext,
  folder: string,
): Promise<KeptRegression> {
  const { shrinkAgainst, writeRegression } = await import('../verify/shrink/index.ts');
  const shrunk = await shrinkAgainst(oracle, subject, event, context);
  if (shrunk.kind === 'not-shrunk') {
    return { oracle: oracle.name, file: undefined, sentence: `not shrunk: ${shrunk.why}` };
  }
  const { model, event: small } = shrunk.small;
  const about = `${oracle.name} differs from the reference interpreter in ${model.layers.map(({ kind }) => kind).join(', ')}`;
  const document = writeRegression({ about, foundBy: oracle.name, model, mapping: subject.mapping }, [small]);
  mkdirSync(folder, { recursive: true });
  const file = freeName(folder, model.layers.at(-1)?.kind ?? 'model', oracle.name);
  writeAtomically(file, `${toJson(document, 1)}\n`);
  return {
    oracle: oracle.name,
    file,
    sentence: sentenceOf(shrunk, file, existsSync(join(folder, 'README.md'))),
  };
}

function sentenceOf(
  { small, tried }: Extract<Shrunk, { kind: 'shrunk' }>,
  file: string,
  listed: boolean,
): string {
  const { model, event } = small;
  const sizes = model.inputs.reduce((sum, name) => sum + elements(model.tensors[name].shape), 0);
  const given = [event.input, ...Object.values(event.furtherInputs ?? {})].flat();
  const left = given.filter((raw) => raw !== 0n).length;
  const layers = model.layers.length === 1 ? '1 layer' : `${model.layers.length} layers`;
  const list = listed ? '; say in its README.md what it pins down' : '';
  return `shrunk to ${layers} and ${left} of ${sizes} inputs not 0 in ${tried} tries, kept as ${file}${list}`;
}

/** YYYY-MM-DD-kind-oracle.json, with a number if that is taken. */
function freeName(folder: string, kind: string, oracle: string): string {
  const base = join(folder, `${new Date().toISOString().slice(0, 10)}-${kind}-${oracle}`);
  let name = `${base}.json`;
  for (let count = 2; existsSync(name); count++) name = `${base}-${count}.json`;
  return name;
}
