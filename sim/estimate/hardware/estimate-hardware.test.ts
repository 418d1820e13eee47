import { expect, test } from 'vitest';
import { CircuitBuilder, compose, schedule, ULTRASCALE_PLUS } from '../../pipeline/circuit/index.ts';
import { beatPatterns } from './beat-constants.ts';
import { estimateHardware } from './estimate-hardware.ts';
import { registerCounts } from './register-counts.ts';
import { packedCells } from './packed-cells.ts';
import { knownProductCounts, onesOf, productCounts } from './products.ts';
import { stageCounts } from './stage-counts.ts';
import { tableColumns } from './table-cells.ts';

const unsigned = (bits: number) => ({ lo: 0, hi: 2 ** bits - 1 });

test('products take a multiplier block each above 22 bits of operands, wider ones several', () => {
  const b = new CircuitBuilder('products', 2);
  const [x, y, z] = [
    b.input('x', [3], unsigned(12)),
    b.input('y', [3], unsigned(11)),
    b.input('z', [3], unsigned(20)),
  ];
  b.stage('products');
  const outputs = [b.multiply(x, y), b.multiply(y, y), b.multiply(z, z)];
  const { total, stages } = estimateHardware(schedule(b.finish(outputs), 5, ULTRASCALE_PLUS));
  expect(total.dsp).toBe(3 + 3 * 2);
  // The 11 x 11 ones are in logic.
  expect(stages[0].logicCells).toBeGreaterThan(3 * 100);
});

test('block memories are counted by depth and width', () => {
  const b = new CircuitBuilder('memories', 2);
  const [x, y] = [b.input('x', [2], unsigned(10)), b.input('y', [1], unsigned(11))];
  b.stage('memories');
  const rows = (size: number, bits: number) => Array.from({ length: size }, (_, i) => (i * 7919) % 2 ** bits);
  // 1,024 x 18 bits fill one memory of 18 Kb, 2,048 x 10 bits take two.
  const outputs = [
    b.table(x, [...rows(1023, 18), 2 ** 18 - 1], 'block'),
    b.table(y, [...rows(2047, 10), 1023], 'block'),
  ];
  expect(estimateHardware(schedule(b.finish(outputs), 5, ULTRASCALE_PLUS)).total.bram18k).toBe(2 + 2);
});

test('registers are the bits that somebody reads, and long chains are shift registers', () => {
  const b = new CircuitBuilder('registers', 6);
  const x = b.input('x', [2, 4], unsigned(5));
  b.stage('beats');
  const beats = b.serialise(x);
  const late = b.accumulate(b.add(beats, beats));
  const sum = compose.sum(b, late, -1);
  const scheduled = schedule(b.finish([sum]), 5, ULTRASCALE_PLUS);
  const counts = registerCounts(scheduled);
  expect(counts.get(-1)).toEqual({ ff: 2 * 4 * 5, shiftRegisters: 0 });
  // Two beats of at most 62 add up to 124: 7 bits for each of 4 elements, and whatever copies the schedule makes.
  expect(counts.get(0)!.ff).toBeGreaterThanOrEqual(4 * 7);
});

test('small tables go beside middle ones, and two of the rest share a cell', () => {
  expect(packedCells({ small: 10, middle: 4, large: 3, inverters: 9 })).toBe(3 + 4 + 3);
  expect(packedCells({ small: 2, middle: 4, large: 3, inverters: 0 })).toBe(3 + 4);
});

test('a product has two full-adder outputs for each bit of each row above two, and one sum', () => {
  // 4 rows of 8 bits: rows 2 and 3 are reduced, the sum starts at the second row's place and ends at bit 11.
  expect(productCounts(8, 4, 12)).toEqual({ reductions: 2 * 2 * 8, columns: 12 - 1 - 2, sumBits: 8 + 3 - 1 });
  // Of 5 low bits row 2 has 3 and row 3 has 2.
  expect(productCounts(8, 4, 5)).toMatchObject({ reductions: 2 * (3 + 2), sumBits: 4 });
  expect(productCounts(8, 1, 9)).toMatchObject({ reductions: 0, sumBits: 0 });
});

test('a factor from a table in the lane has rows only for the bits that the table ever sets', () => {
  const counts = (entries: readonly number[]) => {
    const b = new CircuitBuilder('weights', 2);
    const [x, at] = [b.input('x', [2], unsigned(6)), b.input('at', [2], unsigned(2))];
    b.stage('product');
    const product = b.multiply(x, b.table(at, entries));
    return stageCounts(schedule(b.finish([product]), 20, { ...ULTRASCALE_PLUS, maxLevels: 30 }))[0];
  };
  // Bits 0, 1 and 4: one row is reduced. All set together they are the known factor 19, of which columns 4 to 10 are.
  expect(counts([0, 17, 2, 0]).productTables).toBe(2 * 2 * 6);
  expect(counts([0, 19, 0, 0])).toMatchObject({ knownProductColumns: 2 * (6 + 4 - 4) });
  expect(counts([0, 19, 0, 0]).productTables).toBeUndefined();
});

test('known values of each beat are registers for each different bit that is ever 1', () => {
  const b = new CircuitBuilder('beats', 4);
  const x = b.input('x', [3, 2], unsigned(4));
  b.stage('beats');
  // Element 0 is 1, 0, 3 and element 1 is 0, 0, 1: the bits 101, 001 and, again, 001.
  const known = b.beatConstant(
    [
      [1, 0],
      [0, 0],
      [3, 1],
    ],
    [2],
  );
  const scheduled = schedule(b.finish([b.collect(b.add(b.serialise(x), known))]), 5, ULTRASCALE_PLUS);
  expect(beatPatterns(scheduled)).toEqual(new Map([[0, ['101', '001']]]));
});

test.each([
  [0, []],
  [6, [1, 2]],
  [-1, [0]],
  [-29, [0, 1, 5]],
])('the product with %i has a row for each one of its digits', (factor, rows) => {
  const width = Math.max(1, factor < 0 ? (-factor - 1).toString(2).replace(/^0$/, '').length + 1 : 3);
  expect(onesOf(factor, width)).toEqual(rows);
  expect(knownProductCounts(6, factor, 20).columns > 0).toBe(rows.length > 2);
});

test.each([
  ['a constant', () => 5, [], 0],
  ['one address bit, which is a wire', (i: number) => i & 1, [], 0],
  ['a function of two address bits', (i: number) => i & 1 & ((i >> 7) & 1), [[2, 1]], 0],
  ['equal columns once', (i: number) => ((i & 1 & ((i >> 3) & 1)) === 1 ? 7 : 0), [[2, 1]], 0],
  [
    'a function of all eight address bits: four tables and a selection',
    (i: number) => Number((i * i * 7 + (i >> 3) * 29) % 11 > 5),
    [],
    5,
  ],
])('a table with %s', (_, f, tables, wide) => {
  const rows = Array.from({ length: 256 }, (_unused, i) => [f(i)]);
  expect(tableColumns({ kind: 'table', rows, lo: 0, style: 'logic' }, 8, false, 3)).toEqual({ tables, wide });
});
