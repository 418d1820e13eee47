import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { minimise, type LeastSquaresProblem } from './levenberg-marquardt.ts';

/** A problem from its residuals alone; the Jacobian by central differences, good to about 1e-9. */
function numeric(residuals: (x: readonly number[]) => readonly number[], n: number): LeastSquaresProblem {
  const m = residuals(new Array<number>(n).fill(0.5)).length;
  return {
    residualCount: m,
    parameterCount: n,
    residuals: (point, out) => out.set(residuals([...point])),
    jacobian: (point, out) => {
      for (let j = 0; j < n; j++) {
        const h = 1e-6 * Math.max(1e-3, Math.abs(point[j]));
        const [up, down] = [h, -h].map((step) =>
          residuals(Array.from(point, (x, k) => (k === j ? x + step : x))),
        );
        for (let i = 0; i < m; i++) out[i + j * m] = (up[i] - down[i]) / (2 * h);
      }
    },
  };
}

const sequence = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const bard = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
const kowalik = { y: [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246], u: [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625] }; // prettier-ignore
const meyer = [
  34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872,
];
const osborne = [0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.85, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603, 0.58, 0.558, 0.538, 0.522, 0.506, 0.49, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.42, 0.414, 0.411, 0.406]; // prettier-ignore

// Problems, starts and minima: J. Moré, B. Garbow, K. Hillstrom, ACM Trans. Math. Softw. 7 (1981) 17.
const problems: readonly { name: string; start: number[]; minimum: number; residuals: (x: readonly number[]) => number[] }[] = [
  { name: 'Rosenbrock', start: [-1.2, 1], minimum: 0, residuals: ([a, b]) => [10 * (b - a * a), 1 - a] },
  { name: 'Freudenstein and Roth (local)', start: [0.5, -2], minimum: 48.98425, residuals: ([a, b]) => [-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b] },
  { name: 'Beale', start: [1, 1], minimum: 0, residuals: ([a, b]) => [1.5, 2.25, 2.625].map((y, i) => y - a * (1 - b ** (i + 1))) },
  { name: 'Jennrich and Sampson', start: [0.3, 0.4], minimum: 124.3622, residuals: ([a, b]) => sequence(10).map((i) => 2 + 2 * i - (Math.exp(i * a) + Math.exp(i * b))) },
  { name: 'helical valley', start: [-1, 0, 0], minimum: 0, residuals: ([a, b, c]) => [10 * (c - (10 * (Math.atan(b / a) + (a < 0 ? Math.PI : 0))) / (2 * Math.PI)), 10 * (Math.hypot(a, b) - 1), c] },
  { name: 'Bard', start: [1, 1, 1], minimum: 8.214877e-3, residuals: ([a, b, c]) => bard.map((y, i) => y - (a + (i + 1) / ((15 - i) * b + Math.min(i + 1, 15 - i) * c))) },
  { name: 'Kowalik and Osborne', start: [0.25, 0.39, 0.415, 0.39], minimum: 3.075056e-4, residuals: ([a, b, c, d]) => kowalik.y.map((y, i) => y - (a * (kowalik.u[i] ** 2 + kowalik.u[i] * b)) / (kowalik.u[i] ** 2 + kowalik.u[i] * c + d)) },
  { name: 'Meyer', start: [0.02, 4000, 250], minimum: 87.94586, residuals: ([a, b, c]) => meyer.map((y, i) => a * Math.exp(b / (45 + 5 * (i + 1) + c)) - y) },
  { name: 'Powell singular', start: [3, -1, 0, 1], minimum: 0, residuals: ([a, b, c, d]) => [a + 10 * b, Math.sqrt(5) * (c - d), (b - 2 * c) ** 2, Math.sqrt(10) * (a - d) ** 2] },
  { name: 'Brown and Dennis', start: [25, 5, -5, -1], minimum: 85822.2, residuals: ([a, b, c, d]) => sequence(20).map((i) => (a + (i / 5) * b - Math.exp(i / 5)) ** 2 + (c + Math.sin(i / 5) * d - Math.cos(i / 5)) ** 2) },
  { name: 'Osborne 1', start: [0.5, 1.5, -1, 0.01, 0.02], minimum: 5.464895e-5, residuals: ([a, b, c, d, e]) => osborne.map((y, i) => y - (a + b * Math.exp(-10 * i * d) + c * Math.exp(-10 * i * e))) },
]; // prettier-ignore

describe('the test problems of Moré, Garbow and Hillstrom', () => {
  test.each(problems)('$name reaches its known minimum', ({ start, minimum, residuals }) => {
    const result = minimise(numeric(residuals, start.length), start);
    if (minimum === 0) expect(result.sumOfSquares).toBeLessThan(1e-12);
    else expect(Math.abs(result.sumOfSquares / minimum - 1)).toBeLessThan(2e-6);
  });
});

property.prop([
  fc.array(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 4, maxLength: 4 }), {
    minLength: 4,
    maxLength: 9,
  }),
])('a linear problem is solved in one step, with the covariance of the normal equations', (rows) => {
  // Rows (a, b, c, y): fit y = p a + q b + r c. Ill-conditioned systems are left to other tests.
  const m = rows.length;
  const problem: LeastSquaresProblem = {
    residualCount: m,
    parameterCount: 3,
    residuals: (p, out) => rows.forEach(([a, b, c, y], i) => (out[i] = p[0] * a + p[1] * b + p[2] * c - y)),
    jacobian: (_, out) => rows.forEach((row, i) => [0, 1, 2].forEach((j) => (out[i + j * m] = row[j]))),
  };
  const normal = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)),
  );
  const [[a, b, c], [, d, e], [, , f]] = normal;
  const determinant = a * (d * f - e * e) - b * (b * f - e * c) + c * (b * e - d * c);
  if (!(determinant > 1e-3 * a * d * f) || !(a > 0.01 && d > 0.01 && f > 0.01)) return;
  const { point, inverseHessian, sumOfSquares } = minimise(problem, [1, 1, 1]);
  const residuals = new Float64Array(m);
  problem.residuals(point, residuals);
  for (const j of [0, 1, 2]) {
    // Residuals are orthogonal to the columns, and (J'J)^-1 J'J is the identity.
    const slope = rows.reduce((sum, row, i) => sum + row[j] * residuals[i], 0);
    expect(Math.abs(slope)).toBeLessThan(1e-6 * (1 + Math.sqrt(normal[j][j] * sumOfSquares)));
    for (const i of [0, 1, 2]) {
      const entry = [0, 1, 2].reduce((sum, k) => sum + inverseHessian![j * 3 + k] * normal[k][i], 0);
      expect(entry).toBeCloseTo(i === j ? 1 : 0, 8);
    }
  }
});

test('a step into values that are no numbers is cut back', () => {
  // The Gauss-Newton step from 4 leaves the domain of the square root.
  const problem = numeric(([x]) => [Math.sqrt(x) - 0.1, 0], 1);
  const { point, convergence } = minimise(problem, [4]);
  expect(point[0]).toBeCloseTo(0.01, 8);
  expect(convergence).not.toBe('lost');
});

test('a start whose residuals are no numbers is said to be lost', () => {
  expect(
    minimise(
      numeric(([x]) => [Math.sqrt(x)], 1),
      [-1],
    ).convergence,
  ).toBe('lost');
});

test('parameters that the residuals do not determine are named and have no covariance', () => {
  const problem = numeric(([a, b, c]) => sequence(5).map((i) => (a + b) * i - c), 3);
  const { inverseHessian, undetermined } = minimise(problem, [1, 2, 3]);
  expect(inverseHessian).toBeUndefined();
  expect(undetermined).toHaveLength(1);
  expect([0, 1]).toContain(undetermined[0]);
});

test('more parameters than residuals are refused', () => {
  expect(() =>
    minimise(
      numeric(([a, b]) => [a + b], 2),
      [1, 1],
    ),
  ).toThrow('2 parameters cannot be fitted to 1 residuals');
});
