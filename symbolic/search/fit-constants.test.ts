import { describe, expect, test } from 'vitest';
import { parseInfix } from '../expression/index.ts';
import { fitConstants } from './fit-constants.ts';
import { Evaluator } from './kernel/evaluator.ts';
import { buildLanguage, fromExpression } from './language.ts';
import { lossExpressions } from './loss.ts';
import { Random } from './random.ts';
import { constantCode, Tree } from './tree.ts';
import type { Loss } from './types.ts';

const language = buildLanguage(['+', '-', '*', '/', 'exp', 'cos', '^'], 1);
const x = Float64Array.from({ length: 60 }, (_, i) => 0.1 + i / 30);

function fit(text: string, target: Float64Array, loss?: Loss, restarts = 0) {
  const tree = new Tree(60);
  fromExpression(parseInfix(text), language, tree);
  const expressions = loss && lossExpressions(loss);
  const evaluator = new Evaluator({
    language,
    columns: [x],
    target,
    weights: new Float64Array(x.length).fill(1),
    ...(expressions && { loss: expressions }),
  });
  const reached = fitConstants(
    evaluator,
    [tree],
    evaluator.loss([tree]),
    { iterations: 60, restarts },
    new Random(1),
  );
  const constants = [...tree.value.subarray(0, tree.length)].filter((_, i) => tree.code[i] === constantCode);
  return { reached, again: evaluator.loss([tree]), constants };
}

describe('fitConstants', () => {
  test('finds the constants of an exact form to machine precision', () => {
    const target = x.map((v) => 2.5 * Math.exp(-1.3 * v) + 0.7);
    const { reached, constants } = fit('1.1*exp(-0.9*x0)+0.2', target);
    expect(reached).toBeLessThan(1e-28);
    [2.5, -1.3, 0.7].forEach((value, i) => expect(constants[i]).toBeCloseTo(value, 12));
  });

  test('minimises the mean absolute deviation: an outlier leaves a median line where it is', () => {
    const target = x.map((v, i) => 3 * v + 1 + (i === 30 ? 100 : 0));
    const [slope, offset] = fit('1.0*x0+0.1', target, { kind: 'absolute' }).constants;
    expect(slope).toBeCloseTo(3, 5);
    expect(offset).toBeCloseTo(1, 5);
  });

  test('follows a loss given as an expression: the Poisson likelihood of a rate is highest at the mean', () => {
    const target = x.map((_, i) => i % 5);
    const loss: Loss = { kind: 'expression', expression: 'prediction - target * log(prediction)' };
    expect(fit('5.0', target, loss).constants[0]).toBeCloseTo(2, 5);
  });

  test('leaves a candidate that it cannot improve as it was', () => {
    const target = x.map((v) => Math.cos(v));
    const { reached, again, constants } = fit('1.0*cos(1.0*x0)', target);
    expect(reached).toBeLessThan(1e-30);
    expect(again).toBe(reached);
    expect(constants).toEqual([1, 1]);
  });

  test('survives constants that cancel out, and starts off the finite numbers', () => {
    const target = x.map((v) => v);
    expect(fit('(0.5+0.25)*x0+(0.1-0.2)', target).reached).toBeLessThan(1e-12);
    expect(fit('(-1.0)^(x0+0.5)', target).reached).toBe(Infinity);
  });
});
