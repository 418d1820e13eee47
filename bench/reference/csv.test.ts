import { expect, test } from 'vitest';
import { parseCsv } from './csv.ts';

test('fields may be quoted, empty and last', () => {
  expect(parseCsv('name,type,empty,last\na,"ap_fixed<8,2>",,1\nb,"say ""so""",x,\n')).toEqual([
    { name: 'a', type: 'ap_fixed<8,2>', empty: '', last: '1' },
    { name: 'b', type: 'say "so"', empty: 'x', last: '' },
  ]);
});

test('a file without lines has no rows', () => {
  expect(parseCsv('')).toEqual([]);
});
