import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { arbitraryExpression } from '../../expression/arbitrary-expression.ts';
import {
  builtInOperators,
  call,
  evaluateTree,
  mapNodes,
  variable,
  type Expression,
} from '../../expression/index.ts';
import { buildLanguage, fromExpression } from '../language.ts';
import { lossExpressions } from '../loss.ts';
import { Random } from '../random.ts';
import { Tree } from '../tree.ts';
import type { Loss } from '../types.ts';
import { Evaluator } from './evaluator.ts';

const random = new Random(11);
const names = [...builtInOperators.values()].filter(({ arity }) => arity > 0).map(({ name }) => name);
const custom = ['twice(a) = a + a', 'blend(a, b, c) = a * b + (1 - a) * c'];
const language = buildLanguage([...names, ...custom], 2);

function dataOf(rows: number) {
  const column = (): Float64Array => Float64Array.from({ length: rows }, () => 0.2 + 2 * random.uniform());
  return { columns: [column(), column()], target: column(), weights: column() };
}

function evaluatorOf(data: ReturnType<typeof dataOf>, loss?: Loss): Evaluator {
  const expressions = loss && lossExpressions(loss);
  return new Evaluator({ language, ...data, ...(expressions && { loss: expressions }) });
}

function treeOf(expression: Expression): Tree {
  const tree = new Tree(400);
  fromExpression(expression, language, tree);
  return tree;
}

/** The loss by its definition, row by row; Infinity as soon as a value is not finite. */
function lossByDefinition(
  expression: Expression,
  { columns, target, weights }: ReturnType<typeof dataOf>,
): number {
  let sum = 0;
  let weight = 0;
  for (let row = 0; row < target.length; row++) {
    const point = columns.map((column) => column[row]);
    const value = evaluateTree(expression, point, {}, language.table);
    if (!Number.isFinite(value)) return Infinity;
    sum += weights[row] * (value - target[row]) ** 2;
    weight += weights[row];
  }
  return Number.isFinite(sum) ? sum / weight : Infinity;
}

/** Any part not finite at any row: the evaluator may then refuse a candidate whose result is finite. */
function hasPole(expression: Expression, columns: readonly Float64Array[]): boolean {
  let found = false;
  for (let row = 0; row < columns[0].length && !found; row++) {
    const point = columns.map((column) => column[row]);
    mapNodes(expression, (node) => {
      if (!Number.isFinite(evaluateTree(node, point, {}, language.table))) found = true;
      return node;
    });
  }
  return found;
}

const smooth = [
  '+',
  '-',
  '*',
  '/',
  'exp',
  'sin',
  'cos',
  'tanh',
  'square',
  'sqrt',
  'log',
  'atan',
  'sigmoid',
  'fma',
];

describe('Evaluator', () => {
  test.prop([arbitraryExpression({ operators: names, variables: 2, depth: 4 })], { numRuns: 500 })(
    'gives the weighted mean square of any expression by its definition',
    (expression) => {
      for (const rows of [1, 7, 300]) {
        const data = dataOf(rows);
        const loss = evaluatorOf(data).loss([treeOf(expression)]);
        const expected = lossByDefinition(expression, data);
        if (loss === Infinity) expect(expected === Infinity || hasPole(expression, data.columns)).toBe(true);
        // Vector functions differ from Math in the last places, which cancellation and powers enlarge.
        else if (expected < 1e12 && expected > 1e-3) expect(Math.abs(loss / expected - 1)).toBeLessThan(1e-6);
      }
    },
  );

  test('takes custom operators of one and three arguments for what they are defined as', () => {
    const data = dataOf(50);
    const evaluator = evaluatorOf(data);
    const blend = call('blend', variable(0), call('twice', variable(1)), variable(0));
    expect(evaluator.loss([treeOf(blend)])).toBeCloseTo(lossByDefinition(blend, data), 12);
  });

  test('predicts row by row over several blocks', () => {
    const data = dataOf(600);
    const expression = call('*', call('cos', variable(0)), variable(1));
    const out = new Float64Array(600);
    evaluatorOf(data).predict([treeOf(expression)], out);
    out.forEach((value, row) => {
      expect(value).toBeCloseTo(Math.cos(data.columns[0][row]) * data.columns[1][row], 13);
    });
  });

  test('a batch counts its share of an evaluation and its own rows', () => {
    const data = dataOf(100);
    const evaluator = new Evaluator({ language, ...data, batchRows: 10 });
    const tree = treeOf(variable(0));
    const picks = Int32Array.from({ length: 10 }, (_, i) => 7 * i);
    evaluator.useBatch(picks);
    const loss = evaluator.loss([tree]);
    expect(evaluator.passes).toBeCloseTo(0.1, 12);
    const some = (column: Float64Array): Float64Array => Float64Array.from(picks, (row) => column[row]);
    const part = { columns: data.columns.map(some), target: some(data.target), weights: some(data.weights) };
    expect(loss).toBeCloseTo(lossByDefinition(variable(0), part), 12);
    evaluator.useAllRows();
    expect(evaluator.loss([tree])).toBeCloseTo(lossByDefinition(variable(0), data), 12);
  });

  const losses: readonly (Loss | undefined)[] = [
    undefined,
    { kind: 'huber', delta: 0.5 },
    { kind: 'log-cosh' },
    { kind: 'expression', expression: 'prediction - target * log(abs(prediction) + 0.1)' },
  ];

  test.prop([
    fc.constantFrom(...losses),
    arbitraryExpression({
      operators: smooth,
      depth: 3,
      constants: fc.double({ min: 0.3, max: 1.5, noNaN: true }),
    }),
    fc.constantFrom(40, 300),
  ])('its gradient is that of differences, for any loss', (loss, expression, rows) => {
    const evaluator = evaluatorOf(dataOf(rows), loss);
    const fit = evaluator.openFit([treeOf(expression)]);
    if (fit === undefined) return;
    const count = fit.constants.length;
    const at = new Float64Array(count);
    evaluator.readConstants(fit, at);
    const lossAt = (values: Float64Array): number => {
      evaluator.writeConstants(fit, values);
      return evaluator.lossOfFit(fit);
    };
    const system = new Float64Array(count * (count + 3));
    const here = lossAt(at);
    if (!(here < 1e6) || !evaluator.normalEquations(fit, system)) return;
    const factor = (loss === undefined ? 2 : 1) / evaluator.rows.weight;
    const gradient = [...system.subarray((count * (count + 1)) / 2)]
      .slice(0, count)
      .map((value) => value * factor);
    gradient.forEach((slope, i) => {
      const step = 1e-5;
      const nearby = [-2, -1, 1, 2].map((k) =>
        lossAt(at.map((value, j) => (j === i ? value + k * step : value))),
      );
      const difference = (nearby[0] - 8 * nearby[1] + 8 * nearby[2] - nearby[3]) / (12 * step);
      // Kinks and poles nearby make differences meaningless: there the two estimates of the slope disagree.
      const coarse = (nearby[3] - nearby[0]) / (4 * step);
      if (!(Math.abs(coarse - difference) < 1e-6 * (1 + Math.abs(difference)))) return;
      expect(Math.abs(slope - difference)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
    });
  });
});
