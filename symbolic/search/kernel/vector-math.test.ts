import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { EvaluatorMemory } from './memory.ts';
import { instantiateKernel, kernelEntry } from './module.ts';

const rows = 256;
const memory = new EvaluatorMemory(1, [rows]);
/** Notes calls, as the host's own functions are no concern here. */
let hostCalls = 0;
const kernel = instantiateKernel(memory.wasm, () => ++hostCalls);

/** Runs one loop over columns of operands; undefined where it stopped at a value that is not finite. */
function runLoop(operator: string, ...columns: readonly (readonly number[])[]): number[] | undefined {
  const slot = (index: number): number => memory.slots + index * memory.stride;
  const words = [kernelEntry(operator, 0)!, slot(0), slot(1) << 2, slot(2) << 2, slot(3) << 2, 0];
  words.forEach((word, i) => (memory.words[(memory.tape >> 2) + i] = word));
  columns.forEach((column, i) => {
    for (let row = 0; row < rows; row++)
      memory.doubles[(slot(i + 1) >> 3) + row] = column[row % column.length];
  });
  const isFinite = kernel.run(memory.tape, memory.tape + 24, 0, 8 * rows) === 1;
  const at = slot(0) >> 3;
  return isFinite ? [...memory.doubles.subarray(at, at + columns[0].length)] : undefined;
}

function unitsInLastPlace(value: number, exact: number): number {
  if (Object.is(value, exact)) return 0;
  const exponent = Math.max(-1022, Math.floor(Math.log2(Math.abs(exact))));
  return Math.abs(value - exact) / 2 ** (exponent - 52);
}

const random = new Random(7);
const uniform = (from: number, to: number) => () => from + (to - from) * random.uniform();

const cases: readonly (readonly [
  string,
  (...args: number[]) => number,
  readonly (() => number)[],
  number,
])[] = [
  ['exp', Math.exp, [uniform(-5, 5)], 1],
  ['exp', Math.exp, [uniform(-745, 709)], 1],
  ['log', Math.log, [uniform(0, 5)], 1],
  ['log', Math.log, [() => 10 ** uniform(-323, 308)()], 1],
  ['sin', Math.sin, [uniform(-10, 10)], 2],
  ['cos', Math.cos, [uniform(-10, 10)], 2],
  ['sin', Math.sin, [uniform(-1e6, 1e6)], 2],
  ['cos', Math.cos, [uniform(-1e6, 1e6)], 2],
  ['tanh', Math.tanh, [uniform(-2, 2)], 2],
  ['tanh', Math.tanh, [uniform(-30, 30)], 2],
  ['^', Math.pow, [uniform(0, 5), uniform(-3, 3)], 40],
  ['^', Math.pow, [uniform(-5, 5), () => Math.round(uniform(-6, 6)())], 40],
  ['+', (a, b) => a + b, [uniform(-9, 9), uniform(-9, 9)], 0],
  ['-', (a, b) => a - b, [uniform(-9, 9), uniform(-9, 9)], 0],
  ['*', (a, b) => a * b, [uniform(-9, 9), uniform(-9, 9)], 0],
  ['/', (a, b) => a / b, [uniform(-9, 9), uniform(1, 9)], 0],
  ['max', Math.max, [uniform(-1, 1), uniform(-1, 1)], 0],
  ['min', Math.min, [uniform(-1, 1), uniform(-1, 1)], 0],
  ['sqrt', Math.sqrt, [uniform(0, 9)], 0],
  ['abs', Math.abs, [uniform(-9, 9)], 0],
  ['floor', Math.floor, [uniform(-9, 9)], 0],
  ['sign', Math.sign, [() => Math.round(uniform(-1, 1)())], 0],
];

describe('vector functions', () => {
  test.each(cases)(
    '%s stays within its error of Math (case %#)',
    (operator, reference, generators, bound) => {
      let worst = 0;
      for (let repeat = 0; repeat < 40; repeat++) {
        const columns = generators.map((generate) => Array.from({ length: rows }, generate));
        const values = runLoop(operator, ...columns)!;
        values.forEach((value, row) => {
          const exact = reference(...columns.map((column) => column[row]));
          worst = Math.max(worst, unitsInLastPlace(value, exact));
        });
      }
      expect(worst).toBeLessThanOrEqual(bound);
    },
  );

  test('a row beyond the finite numbers stops a checked loop', () => {
    expect(runLoop('log', [1, 2, -1])).toBeUndefined();
    expect(runLoop('log', [1, 0])).toBeUndefined();
    expect(runLoop('exp', [1, 710])).toBeUndefined();
    expect(runLoop('/', [1, 2], [1, 0])).toBeUndefined();
    expect(runLoop('sqrt', [4, -4])).toBeUndefined();
    expect(runLoop('^', [-2], [0.5])).toBeUndefined();
    expect(runLoop('exp', [NaN])).toBeUndefined();
    expect(runLoop('exp', [-800, 0])).toEqual([0, 1]);
  });

  test('powers keep the special cases of C', () => {
    const values = runLoop('^', [0, 0, -2, -2, 1, 5], [0, 2, 3, 2, 700, 0])!;
    [1, 0, -8, 4, 1, 1].forEach((expected, i) => expect(values[i]).toBeCloseTo(expected, 13));
  });

  test('angles too large for the loop go to the host', () => {
    hostCalls = 0;
    runLoop('cos', [1, 2]);
    expect(hostCalls).toBe(0);
    runLoop('cos', [1, 3e6]);
    expect(hostCalls).toBe(1);
  });
});
