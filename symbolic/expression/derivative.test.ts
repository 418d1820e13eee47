import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { differentiate, expandDefinitions, partialsOf } from './derivative.ts';
import { call, variable } from './expression.ts';
import { evaluateTree } from './evaluate-tree.ts';
import { tapeEvaluator } from './evaluator.ts';
import { builtInOperators } from './operators.ts';
import { parseInfix } from './parse-infix.ts';
import { printInfix } from './print-infix.ts';
import { compileTape } from './tape.ts';

/** Ridders' extrapolation of central differences; undefined where it does not settle (kinks, poles, domain ends). */
function slope(f: (x: number) => number, x: number): number | undefined {
  let step = 0.02;
  const difference = (h: number) => (f(x + h) - f(x - h)) / (2 * h);
  let row = [difference(step)];
  let best: number | undefined;
  let error = Infinity;
  for (let i = 1; i < 12; i++) {
    step /= 1.6;
    const next = [difference(step)];
    for (let j = 1; j <= i; j++) {
      const factor = 1.6 ** (2 * j);
      next.push((next[j - 1] * factor - row[j - 1]) / (factor - 1));
      const change = Math.max(Math.abs(next[j] - next[j - 1]), Math.abs(next[j] - row[j - 1]));
      if (change < error) [error, best] = [change, next[j]];
    }
    row = next;
  }
  return best !== undefined && error < 1e-7 * (1 + Math.abs(best)) ? best : undefined;
}

const smooth = [...builtInOperators.values()].filter(({ arity }) => arity > 0);

describe.each(smooth.map((operator) => ({ name: operator.name, operator })))('$name', ({ operator }) => {
  property.prop(
    [
      fc.array(
        fc.integer({ min: -250, max: 250 }).map((value) => value / 100 + 0.00321),
        { minLength: 3, maxLength: 3 },
      ),
    ],
    {
      numRuns: 100,
    },
  )('has the partial derivatives that differences of its values show', (point) => {
    const args = point.slice(0, operator.arity);
    partialsOf(operator).forEach((partial, i) => {
      const f = (x: number) => operator.evaluate(...args.with(i, x));
      const expected = slope(f, args[i]);
      // Differences across a kink or pole show no derivative: there the second difference is large.
      const bends = [0.04, 0.02, 0.01, 0.005].map(
        (h) => Math.abs(f(args[i] + h) - 2 * f(args[i]) + f(args[i] - h)) / h,
      );
      const bend = Math.max(...bends);
      if (expected === undefined || !(bend < 0.3)) return;
      const actual = evaluateTree(partial, args);

      expect(Math.abs(actual - expected)).toBeLessThan(1e-5 * (1 + Math.abs(expected)));
    });
  });

  test('means the same in simpler operators, where it has a definition', () => {
    if (operator.definition === undefined) return;
    const args = [0.75, -1.25, 0.5].slice(0, operator.arity);
    const whole = call(operator.name, ...args.map((_, i) => variable(i)));
    const expanded = expandDefinitions(whole, (name) => name !== operator.name);
    for (const point of [args, args.map((value) => value + 1.5)]) {
      const expected = evaluateTree(whole, point);
      const actual = evaluateTree(expanded, point);
      if (Number.isNaN(expected)) expect(actual).toBeNaN();
      else expect(actual).toBeCloseTo(expected, 12);
    }
  });
});

test('the tape of a form and its derivatives agrees with the chain rule done by hand', () => {
  const tape = compileTape([parseInfix('a*exp(-b*x0)')], {
    parameters: ['a', 'b'],
    derivatives: ['a', 'b', 0],
  });
  const outputs = tape.outputs.map(() => new Float64Array(3));
  const x = Float64Array.of(0, 0.5, 2);
  tapeEvaluator(tape, [x], 3).evaluate([3, 0.7], outputs);
  x.forEach((value, i) => {
    const decay = Math.exp(-0.7 * value);
    const expected = [3 * decay, decay, -3 * value * decay, -2.1 * decay];
    outputs.forEach((output, k) => expect(output[i]).toBeCloseTo(expected[k], 14));
  });
});

test('powers of zero have finite derivatives where the limit is finite', () => {
  const byExponent = differentiate(parseInfix('x0^a'), 'a');
  expect(evaluateTree(byExponent, [0], { a: 2 })).toBe(0);
  expect(evaluateTree(differentiate(parseInfix('x0^2'), 0), [0])).toBe(0);
});

test('derivatives come folded: no factors of one, no terms of zero', () => {
  expect(printInfix(differentiate(parseInfix('3*x0 + a*x0^2'), 'a'))).toBe('square(x0)');
  expect(printInfix(differentiate(parseInfix('sin(x0) + 5'), 0))).toBe('cos(x0)');
  expect(printInfix(differentiate(parseInfix('exp(a) + x0'), 'b'))).toBe('0');
});
