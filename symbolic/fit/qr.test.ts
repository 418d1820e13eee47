import { test as property, fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { applyReflector, dependentColumns, factorise, makeFactors, norm, solveRegularised } from './qr.ts';

const matrices = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 5 }))
  .chain(([n, extra]) => {
    const m = n + extra;
    return fc
      .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: m * n, maxLength: m * n })
      .map((entries) => ({ m, n, a: Float64Array.from(entries) }));
  });

property.prop([matrices])(
  'Q R is the matrix with its columns permuted, R falling along the diagonal',
  ({ m, n, a }) => {
    const factored = Float64Array.from(a);
    const factors = makeFactors(n);
    factorise(factored, m, factors, new Float64Array(n));
    const size = 1 + norm(a);
    for (let j = 0; j < n; j++) {
      // Q' times a column of the matrix must be the column of R.
      const column = a.slice(factors.pivots[j] * m, (factors.pivots[j] + 1) * m);
      for (let k = 0; k < n; k++) applyReflector(factored, m, k, column, 0);
      for (let i = 0; i < m; i++) {
        const expected = i < j ? factored[i + j * m] : i === j ? factors.diagonal[j] : 0;
        expect(Math.abs(column[i] - expected)).toBeLessThan(1e-12 * size);
      }
      if (j > 0)
        expect(Math.abs(factors.diagonal[j])).toBeLessThanOrEqual(
          Math.abs(factors.diagonal[j - 1]) * (1 + 1e-9) + 1e-12,
        );
    }
  },
);

property.prop([
  matrices,
  fc.array(fc.double({ min: 0.1, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 }),
])(
  'the regularised solution satisfies the normal equations of the extended system',
  ({ m, n, a }, weights) => {
    const factors = makeFactors(n);
    const r = Float64Array.from(a);
    factorise(r, m, factors, new Float64Array(n));
    const b = Float64Array.from({ length: m }, (_, i) => Math.sin(i + 1));
    const q = Float64Array.from(b);
    for (let k = 0; k < n; k++) applyReflector(r, m, k, q, 0);
    for (let k = 0; k < n; k++) r[k + k * m] = factors.diagonal[k];
    const d = Float64Array.from(weights.slice(0, n));
    const x = new Float64Array(n);
    solveRegularised(r, m, factors.pivots, d, q, x, new Float64Array(n), new Float64Array(n));
    const residual = b.map((value, i) =>
      a.reduce((rest, _, j) => (j < n ? rest - a[i + j * m] * x[j] : rest), value),
    );
    for (let j = 0; j < n; j++) {
      let slope = -d[j] * d[j] * x[j];
      for (let i = 0; i < m; i++) slope += a[i + j * m] * residual[i];
      expect(Math.abs(slope)).toBeLessThan(1e-8 * (1 + norm(a)));
    }
  },
);

test('a norm neither overflows nor underflows', () => {
  expect(norm(Float64Array.of(3e200, 4e200))).toBeCloseTo(5e200, -187);
  expect(norm(Float64Array.of(3e-200, 4e-200)) / 5e-200).toBeCloseTo(1, 12);
  expect(norm(Float64Array.of(NaN, 1))).toBeNaN();
});

test('columns of any unit count as dependent only where they are', () => {
  const columns = (b: number[]) => Float64Array.from([1, 2, 3, 4, ...b]);
  const dependent = (a: Float64Array) => {
    const factors = makeFactors(2);
    factorise(a, 4, factors, new Float64Array(4));
    return dependentColumns(4, factors);
  };
  expect(dependent(columns([2e9, 4e9, 6e9, 8e9]))).toHaveLength(1);
  expect(dependent(columns([1e-30, 0, 0, 1e-30]))).toHaveLength(0);
});
