import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { jsonFault } from './json-fault.ts';

describe('the place where a text stops being JSON', () => {
  test.each([
    ['', 0],
    ['[1, 2', 5],
    ['{"a": [1, 2], "b"', 17],
    ['{"a": "text', 11],
    ['{"a": "text\\', 12],
    ['[tru', 4],
    ['[-', 2],
    ['[1.', 3],
    ['[1e', 3],
    ['[1,', 3],
    ['{"a":', 5],
  ])('of %s, which breaks off, is its end', (text, offset) => {
    expect(jsonFault(text)).toEqual({ offset, truncated: true });
  });

  test.each([
    ['[NaN]', 1],
    ['[1, -Infinity]', 4],
    ['[1 2]', 3],
    ['[1,]', 3],
    ['{a: 1}', 1],
    ['{"a" 1}', 5],
    ['{"a": 1,}', 8],
    ['[01]', 2],
    ['[1] x', 4],
    ['[1]]', 3],
    ['[1}', 2],
    ['{"a": 1]', 7],
    [']', 0],
    ["['a']", 1],
    ['["a\nb"]', 1],
    ['["\\x"]', 1],
    ['{"a": undefined}', 6],
  ])('of %j is the first character that cannot stand there', (text, offset) => {
    expect(jsonFault(text)).toEqual({ offset, truncated: false });
  });

  test.prop([fc.json(), fc.nat()])('is the end of any list that is cut off', (json, cut) => {
    const text = `[${json}]`.slice(0, cut % (json.length + 2));
    expect(jsonFault(text)).toEqual({ offset: text.length, truncated: true });
  });

  test.prop(
    [fc.array(fc.jsonValue(), { minLength: 1 }), fc.nat(), fc.constantFrom('NaN', '#', 'x'), fc.boolean()],
    {
      numRuns: 200,
    },
  )('is where a foreign word replaces an element, for any array', (values, pick, word, pretty) => {
    const index = pick % values.length;
    const parts = values.map((value) => JSON.stringify(value, undefined, pretty ? 2 : 0));
    const before = `[${parts
      .slice(0, index)
      .map((part) => `${part},`)
      .join('')}`;
    const text = `${before}${[word, ...parts.slice(index + 1)].join(',')}]`;
    expect(jsonFault(text)).toEqual({ offset: before.length, truncated: false });
  });
});
