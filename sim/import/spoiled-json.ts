/** JSON documents with one place spoiled at random: what a reader must refuse or read, but never trip over. */
import fc from 'fast-check';

/** What a program or a person might have written there. */
const ODD: readonly unknown[] = [
  null,
  undefined,
  true,
  0,
  -1,
  1,
  0.5,
  3,
  1000,
  2 ** 31,
  2 ** 53,
  -(2 ** 60),
  1e300,
  '',
  'x',
  'constructor',
  '__proto__',
  'fixed<8,4>',
  'int<1>',
  'ufixed<1,60>',
  'fixed<1024,-60000>',
  '99999999999999999999',
  [],
  [0],
  [1, 1, 1],
  [2 ** 30, 2 ** 30],
  {},
  { a: 1 },
];

type Holder = Record<string, unknown>;

/** Copies of a document with one value replaced, removed or doubled, at any depth. */
export function spoiledJson(document: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(document);
  return fc.tuple(fc.constantFrom(...places), fc.constantFrom(...ODD)).map(([path, odd]) => {
    const copy = structuredClone(document);
    const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Holder)[key], copy) as Holder;
    const last = path.at(-1)!;
    if (odd === undefined) delete holder[last];
    else holder[last] = odd;
    return copy;
  });
}

/** Paths of all values, but of long lists only the first and the last elements. */
function placesIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Object.keys(value);
  const chosen = Array.isArray(value) && keys.length > 16 ? [keys[0], keys.at(-1)!] : keys;
  return chosen.flatMap((key) => [[key], ...placesIn((value as Holder)[key]).map((path) => [key, ...path])]);
}
