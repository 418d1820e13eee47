/** Spoils one place of a document at a time and tells what the verifier says, for the tests of its rules. */
import type { ModelDocument } from './document.ts';
import { modelSchema } from './model.ts';
import { modelProblems } from './verify-model.ts';

/** A place in a document, layers addressed by name, and what is put there. */
export type Change = readonly [path: readonly (string | number)[], value: unknown];
type Holder = Record<string | number, unknown>;

export function changed(document: ModelDocument, changes: readonly Change[]): ModelDocument {
  const copy = structuredClone(document);
  for (const [path, value] of changes) {
    const holder = path.slice(0, -1).reduce<unknown>((at, key) => {
      if (!Array.isArray(at) || typeof key === 'number') return (at as Holder)[key];
      return (at as Holder[]).find(({ name }) => name === key);
    }, copy) as Holder;
    holder[path.at(-1)!] = value;
  }
  return copy;
}

/** The verifier's problems, one line each: `MOD016 conv › weights: what; mend`. */
export function problemsOf(document: ModelDocument, ...changes: readonly Change[]): readonly string[] {
  const spoiled = changed(document, changes) as Parameters<typeof modelSchema.decode>[0];
  return modelProblems(modelSchema.decode(spoiled)).map(({ code, layer, field, what, mend }) => {
    const place = [layer, field].filter((part) => part !== undefined).join(' › ');
    return `${code}${place === '' ? '' : ` ${place}`}: ${what}${mend === undefined ? '' : `; ${mend}`}`;
  });
}
