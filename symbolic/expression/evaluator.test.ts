import { test as property, fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { arbitraryExpression } from './arbitrary-expression.ts';
import { evaluateTree } from './evaluate-tree.ts';
import { evaluateColumns, tapeEvaluator } from './evaluator.ts';
import { parseInfix } from './parse-infix.ts';
import { compileTape } from './tape.ts';

const values = fc.oneof(fc.double(), fc.double({ min: -5, max: 5, noNaN: true }));

property.prop([
  arbitraryExpression({ variables: 2, parameters: ['a', 'b'], depth: 7 }),
  fc.array(fc.tuple(values, values), { minLength: 1, maxLength: 8 }),
  fc.tuple(values, values),
])('tapes give bit for bit what the tree gives, over any number of blocks', (tree, rows, [a, b]) => {
  const copies = 70; // 8 × 70 rows: more than two blocks
  const all = Array.from({ length: copies }, () => rows).flat();
  const columns = [0, 1].map((i) => Float64Array.from(all, (row) => row[i]));
  const actual = evaluateColumns(tree, columns, all.length, { a, b });
  const expected = Float64Array.from(all, (row) => evaluateTree(tree, row, { a, b }));
  expect(actual).toEqual(expected);
});

test('a tape takes new parameter values without being made anew', () => {
  const tape = compileTape([parseInfix('a*x0 + b')], { parameters: ['b', 'a'] });
  const evaluator = tapeEvaluator(tape, [Float64Array.of(1, 2)], 2);
  const output = new Float64Array(2);
  evaluator.evaluate([10, 3], [output]);
  expect([...output]).toEqual([13, 16]);
  evaluator.evaluate([0, -1], [output]);
  expect([...output]).toEqual([-1, -2]);
});

test('equal subexpressions are computed once', () => {
  const tape = compileTape([parseInfix('exp(a*x0) + exp(x0*a)*sin(exp(a*x0))')]);
  expect(tape.rowInstructions.map(({ operator }) => operator.name)).toEqual(['*', 'exp', 'sin', '*', '+']);
});

test('what depends on no variable is computed once a run', () => {
  const tape = compileTape([parseInfix('exp(a)*sin(b)*x0')]);
  expect(tape.uniformInstructions).toHaveLength(3);
  expect(tape.rowInstructions).toHaveLength(1);
});

test('columns that do not suit the tape are refused', () => {
  expect(() => evaluateColumns(parseInfix('x1'), [Float64Array.of(1)], 1)).toThrow(
    'reads 2 columns, found 1',
  );
  expect(() => evaluateColumns(parseInfix('x0'), [Float64Array.of(1)], 2)).toThrow('column 0 has 1 values');
  expect(() => evaluateColumns(parseInfix('x0*k'), [Float64Array.of(1)], 1)).toThrow("'k' has no value");
});
