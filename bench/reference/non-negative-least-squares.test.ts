import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { nonNegativeLeastSquares } from './non-negative-least-squares.ts';

const matrix = (columns: number) =>
  fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: columns, maxLength: columns }), {
    minLength: columns + 2,
    maxLength: 12,
  });

test('finds the prices that made the costs', () => {
  const rows = [
    [1, 0, 2],
    [0, 3, 1],
    [4, 1, 0],
    [2, 2, 2],
  ];
  const prices = [5, 0, 7];
  const costs = rows.map((row) => row.reduce((sum, count, column) => sum + count * prices[column], 0));
  nonNegativeLeastSquares(rows, costs).forEach((price, column) =>
    expect(price).toBeCloseTo(prices[column], 4),
  );
});

test('gives nothing a negative price', () => {
  expect([...nonNegativeLeastSquares([[1], [2]], [-1, -2])]).toEqual([0]);
});

test.prop([matrix(3), fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 12, maxLength: 12 })])(
  'no price can be raised or lowered for a better fit',
  (rows, targets) => {
    const x = nonNegativeLeastSquares(rows, targets.slice(0, rows.length));
    const square = (at: Float64Array) =>
      rows.reduce((sum, row, index) => {
        const off = row.reduce((total, value, column) => total + value * at[column], -targets[index]);
        return sum + off * off;
      }, 0);
    const best = square(x);
    for (let column = 0; column < 3; column++) {
      for (const step of [0.01, -0.01]) {
        const other = x.with(column, Math.max(0, x[column] + step));
        expect(square(other)).toBeGreaterThanOrEqual(best - 1e-3 * (1 + best));
      }
    }
  },
);
