import { test as property, fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { arbitraryExpression } from './arbitrary-expression.ts';
import { evaluateColumns } from './evaluator.ts';
import { parseInfix } from './parse-infix.ts';
import { compileTape } from './tape.ts';
import { WasmWorkspace } from './wasm-evaluator.ts';

const bits = new DataView(new ArrayBuffer(16));

/** Distance in units in the last place; 0 for equal values, NaN with NaN included. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b)) || a === b) return 0;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Infinity;
  const key = (value: number) => {
    bits.setFloat64(0, value);
    const integer = bits.getBigInt64(0);
    return integer < 0n ? -(integer & 0x7fffffffffffffffn) : integer;
  };
  return Number(key(a) > key(b) ? key(a) - key(b) : key(b) - key(a));
}

const exact = [
  '+',
  '-',
  '*',
  '/',
  'neg',
  'inv',
  'square',
  'cube',
  'sqrt',
  'abs',
  'floor',
  'ceil',
  'ifelse',
  'cond',
];
const plain = [
  'greater',
  'less',
  'greater_equal',
  'less_equal',
  'tan',
  'atan2',
  'mod',
  'relu',
  'sign',
  'logical_or',
];
const values = fc.oneof(fc.double({ noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true }));

property.prop([
  arbitraryExpression({ operators: [...exact, ...plain], variables: 2, parameters: ['a', 'b'], depth: 6 }),
  fc.array(fc.tuple(values, values), { minLength: 1, maxLength: 9 }),
  fc.tuple(values, values),
])(
  'operators without rounding of their own give bit for bit what the tape in JavaScript gives',
  (tree, rows, [a, b]) => {
    const all = Array.from({ length: 80 }, () => rows).flat();
    const columns = [0, 1].map((i) => Float64Array.from(all, (row) => row[i]));
    const tape = compileTape([tree], { parameters: ['a', 'b'] });
    const actual = new Float64Array(all.length);
    new WasmWorkspace(columns, all.length).evaluator(tape).evaluate([a, b], [actual]);
    const expected = evaluateColumns(tree, columns, all.length, { a, b });
    // A zero's sign is not promised by max, min and conditions.
    expect(actual.map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
  },
);

const count = 20_000;
const spread = (from: number, to: number) =>
  Float64Array.from({ length: count }, (_, i) => from + ((to - from) * (i + 0.37)) / count);

test.each([
  ['exp(x0)', spread(-740, 709), 2],
  ['exp(x0)', spread(-1, 1), 2],
  ['log(x0)', spread(1e-9, 5), 2],
  ['log(x0)', spread(1, 1e300), 2],
  ['sin(x0)', spread(-1e5, 1e5), 2],
  ['cos(x0)', spread(-30, 30), 2],
  ['sin(x0)', spread(-1e9, 1e9), 0],
  ['tanh(x0)', spread(-25, 25), 3],
  ['gauss(x0)', spread(-20, 20), 2],
  ['x0 ^ 2.5', spread(0, 3), 2],
  ['x0 ^ -7.25', spread(0.01, 1e4), 2],
  ['1.0001 ^ x0', spread(-7e6, 7e6), 3],
])('%s stays within its stated units in the last place of Math', (text, column, bound) => {
  const tree = parseInfix(text);
  const actual = new Float64Array(count);
  new WasmWorkspace([column], count).evaluator(compileTape([tree])).evaluate([], [actual]);
  const expected = evaluateColumns(tree, [column], count);
  const worst = actual.reduce(
    (most, value, i) => Math.max(most, Math.abs(expected[i]) < 1e-300 ? 0 : ulps(value, expected[i])),
    0,
  );
  expect(worst).toBeLessThanOrEqual(bound);
});

test('one workspace serves several tapes and new parameter values in turn', () => {
  const workspace = new WasmWorkspace([Float64Array.of(1, 2, 3)], 3);
  const line = workspace.evaluator(
    compileTape([parseInfix('a*x0 + b')], { parameters: ['a', 'b'], derivatives: ['a'] }),
  );
  const square = workspace.evaluator(compileTape([parseInfix('x0*x0 - 1')]));
  const [value, slope] = [new Float64Array(3), new Float64Array(3)];
  line.evaluate([2, 1], [value, slope]);
  expect([[...value], [...slope]]).toEqual([[3, 5, 7], [1, 2, 3]]); // prettier-ignore
  square.evaluate([], [value]);
  expect([...value]).toEqual([0, 3, 8]);
  line.evaluate([-1, 0], [value, slope]);
  expect([...value]).toEqual([-1, -2, -3]);
});

test('room grows with the tape', () => {
  const long = Array.from({ length: 400 }, (_, i) => `sin(${i}*x0 + p${i})`).join(' + ');
  const tree = parseInfix(long);
  const column = spread(0, 1);
  const tape = compileTape([tree]);
  const workspace = new WasmWorkspace([column], count);
  const early = workspace.evaluator(compileTape([parseInfix('x0 + 1')]));
  const actual = new Float64Array(count);
  const parameters = tape.parameters.map((_, i) => i / 7);
  workspace.evaluator(tape).evaluate(parameters, [actual]);
  const named = Object.fromEntries(tape.parameters.map((name, i) => [name, parameters[i]]));
  const expected = evaluateColumns(tree, [column], count, named);
  actual.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-11));
  early.evaluate([], [actual]);
  expect(actual[0]).toBe(column[0] + 1);
});
