/** Saves the populations of a search between rounds, and restores them. */
import { createHash } from 'node:crypto';
import type { Archipelago } from './archipelago.ts';
import { MemberStore } from './member-store.ts';
import type { OutputData } from './problem.ts';
import { SearchError } from './search-error.ts';
import type { Settings } from './settings.ts';
import type { SearchState } from './types.ts';

/** Options that only say when to stop: a search may be resumed with others. */
const freeOptions: ReadonlySet<string> = new Set([
  'iterations',
  'earlyStop',
  'timeoutSeconds',
  'maxEvaluations',
]);

/** Hash of all that shapes the result. Warm-up of maxsize depends on the number of rounds, so that then counts too. */
export function fingerprintOf(outputs: readonly OutputData[], settings: Settings): string {
  const hash = createHash('sha256');
  for (const { columns, names, target, weights } of outputs) {
    hash.update(names.join());
    for (const column of [...columns, target, weights]) hash.update(column);
  }
  const options = Object.entries(settings)
    .filter(([name]) => !freeOptions.has(name) || (name === 'iterations' && settings.warmupMaxsizeBy > 0))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  hash.update(JSON.stringify(options));
  return hash.digest('hex').slice(0, 32);
}

/** The buffers of an archipelago, one after another, in base 64. */
export function saveArchipelago({ hall, populations }: Archipelago): string {
  return Buffer.concat([hall, ...populations].map(({ buffer }) => Buffer.from(buffer))).toString('base64');
}

/** @throws SearchError `SEA006` if the text does not fit the archipelago, which is filled */
export function restoreArchipelago(islands: Archipelago, text: string | undefined): void {
  const bytes = Buffer.from(text ?? '', 'base64');
  const { hall, populations } = islands;
  const sizes = [hall, ...populations].map(({ buffer }) => buffer.byteLength);
  if (sizes.reduce((sum, size) => sum + size, 0) !== bytes.length) {
    throw new SearchError('SEA006', 'the saved state is damaged', 'resume', 'start again without it');
  }
  let at = 0;
  const take = (size: number): ArrayBuffer => {
    at += size;
    return new Uint8Array(bytes.subarray(at - size, at)).buffer;
  };
  islands.hall = new MemberStore(hall.shape, take(sizes[0]));
  populations.forEach(({ shape }, i) => (populations[i] = new MemberStore(shape, take(sizes[i + 1]))));
}

/** @throws SearchError `SEA006` if the state belongs to other data or options */
export function checkState(state: SearchState, fingerprint: string): void {
  if (state.version === 1 && state.fingerprint === fingerprint && Array.isArray(state.outputs)) return;
  throw new SearchError(
    'SEA006',
    'the saved state belongs to other data or options',
    'resume',
    'give the same data and options (limits of time and rounds may differ), or start again without it',
  );
}
