import { fixed, parseFormat } from 'fixed-point-ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expTable, inverseTable, sigmoidTable, sparsePixelsReciprocal } from './tables.ts';

const file = join(import.meta.dirname, '../../golden/sparsepixels/tables.json');
const { tables } = JSON.parse(readFileSync(file, 'utf8')) as { tables: Record<string, number[]> };
const ROUNDED = fixed(18, 8, 'RND', 'SAT');

describe('tables of 1024 entries equal those of the published designs', () => {
  test.each(['22,8', '23,8', '28,10', '29,10'])('exp of fixed<%s>', (parameters) => {
    const argument = parseFormat(`fixed<${parameters},RND,SAT>`);
    const published = tables[`exp_${parameters.replace(',', '_')}`];
    expect(published).toHaveLength(1024);
    expect(expTable(1024, argument, ROUNDED).map(Number)).toEqual(published);
  });

  test('1/x of fixed<18,8>, where 1/0 is the largest value', () => {
    expect(tables.inv_18_8[0]).toBe(131071);
    expect(inverseTable(1024, ROUNDED, ROUNDED).map(Number)).toEqual(tables.inv_18_8);
  });

  test('sigmoid over [-8, 8)', () => {
    expect(sigmoidTable(1024, 8, fixed(18, 8)).map(Number)).toEqual(tables.sigmoid_18_8);
  });
});

describe('small tables', () => {
  test('exp has one entry for each value of the top bits, negative ones in the upper half', () => {
    // arguments 0, 1, -2, -1 in eighths of 2^-3: e^0 = 1, e^1 = 2.718, e^-2 = 0.135, e^-1 = 0.368
    expect(expTable(4, fixed(5, 2), fixed(8, 4)).map(Number)).toEqual([16, 43, 2, 5]);
  });

  test('1/x of an argument without sign counts up', () => {
    // 1/0, 1/1, 1/2, 1/3
    expect(inverseTable(4, parseFormat('uint<2>'), parseFormat('ufixed<6,2>')).map(Number)).toEqual([
      63, 16, 8, 5,
    ]);
  });

  test('sigmoid is one half in the middle', () => {
    // sigmoid(-2), sigmoid(-1), sigmoid(0), sigmoid(1) in 1/256, cut down
    expect(sigmoidTable(4, 2, fixed(10, 2)).map(Number)).toEqual([30, 68, 128, 187]);
  });
});

describe('the reciprocals of SparsePixels 0.2.1', () => {
  test.each([
    [1, 0],
    [2, -512],
    [3, 341],
    [4, 256],
    [5, 204],
    [6, 170],
    [7, 146],
    [8, 128],
    [9, 113],
    [10, 102],
    [11, 0],
    [100, 0],
  ])('of %i is raw %i of fixed<10,0>', (pool, raw) => {
    expect(sparsePixelsReciprocal(pool)).toBe(BigInt(raw));
  });
});
