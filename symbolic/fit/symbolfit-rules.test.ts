import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluateTree, parseSympy } from '../expression/index.ts';
import { parametrise, parametriseText, roundSignificant } from './symbolfit-rules.ts';

const folder = new URL('../../golden/symbolfit/', import.meta.url);
interface Candidate {
  readonly index: number;
  readonly pysr_equation: string;
  readonly parameterized: string;
  readonly parameterization: Record<string, number>;
}
const runs = readdirSync(folder)
  .filter((name) => name.startsWith('results_'))
  .map((name) => ({
    name,
    ...(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { candidates: Candidate[] }),
  }));

describe.each(runs)('$name', ({ candidates }) => {
  // sympy multiplies some factors out and shares parameters between c and -c; these forms are left aside here.
  const usual = candidates.filter(({ pysr_equation, parameterization }) => {
    const literals = pysr_equation.match(/\d+\.?\d*(?:e[+-]?\d+)?/g) ?? [];
    const tunable = literals.filter((text) => /[.e]/.test(text)).map(Number);
    const sizes = Object.values(parameterization).map(Math.abs);
    return sizes.every((size) => tunable.includes(size)) && new Set(sizes).size === sizes.length;
  });

  test('the forms compared are many', () => expect(usual.length).toBeGreaterThan(0.4 * candidates.length));

  test.each(usual.map((candidate) => ({ ...candidate, name: candidate.pysr_equation })))(
    'the constants of $name become the published parameters',
    ({ pysr_equation, parameterization, parameterized }) => {
      const ours = parametriseText(pysr_equation);
      expect(Object.fromEntries(ours.start)).toEqual(parameterization);
      for (const x of [0.13, 0.77]) {
        const published = evaluateTree(parseSympy(parameterized), [x, 0.4], parameterization);
        expect(evaluateTree(ours.expression, [x, 0.4], Object.fromEntries(ours.start))).toBeCloseTo(
          published,
          9,
        );
      }
    },
  );
});

test.each([
  [0.00123456, 3, 0.00123],
  [-98765, 2, -99000],
  [2.5, 1, 2],
  [3.5, 1, 4],
  [0, 3, 0],
])('%f to %i digits is %f', (value, digits, expected) =>
  expect(roundSignificant(value, digits)).toBe(expected),
);

test('constants are rounded to three digits with their sign, integers are left', () => {
  const { start } = parametrise(parseSympy('12345*x0 + 0.0123456*exp(1.2345e-7*x0) - 147.8'));
  expect(Object.fromEntries(start)).toEqual({ a1: -148, a2: 1.23e-7, a3: 0.0123 });
});
