import { expect, test } from 'vitest';
import { CircuitBuilder, compose, schedule, ULTRASCALE_PLUS } from '../../pipeline/circuit/index.ts';
import { estimateHardware } from './estimate-hardware.ts';
import { operationCounts } from './operation-counts.ts';
import { registerCounts } from './register-counts.ts';
import { tableCells } from './table-cells.ts';

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

test('a selection of n takes a tree of four-to-one tables a bit', () => {
  const b = new CircuitBuilder('mux', 2);
  const [index, values] = [b.input('i', [3], unsigned(6)), b.input('v', [3, 63], unsigned(8))];
  b.stage('mux');
  expect(operationCounts(b.mux(index, values).node)).toEqual({ fourToOneBits: 3 * 8 * (16 + 4 + 1) });
});

test.each([
  ['a constant', () => 5, 0],
  ['one address bit, which is a wire', (i: number) => i & 1, 0],
  [
    'a function of two address bits, which shares its cell with another',
    (i: number) => i & 1 & ((i >> 7) & 1),
    0.5,
  ],
  ['equal columns once', (i: number) => ((i & 1 & ((i >> 3) & 1)) === 1 ? 7 : 0), 0.5],
  [
    'a function of all eight address bits: four tables and a selection',
    (i: number) => Number((i * i * 7 + (i >> 3) * 29) % 11 > 5),
    5,
  ],
])('a table with %s', (_, f, cells) => {
  const rows = Array.from({ length: 256 }, (_unused, i) => [f(i)]);
  expect(tableCells({ kind: 'table', rows, lo: 0, style: 'logic' }, 8, false, 3)).toBe(cells);
});
