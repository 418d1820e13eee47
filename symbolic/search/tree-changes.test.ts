import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  call,
  constant,
  countNodes,
  depth,
  evaluateTree,
  nodes,
  variable,
  type Expression,
} from '../expression/index.ts';
import { buildLanguage, fromExpression, toExpression } from './language.ts';
import * as mutations from './mutations.ts';
import { Random } from './random.ts';
import { randomTree, type Workshop } from './random-tree.ts';
import { buildRules, isAllowed, treeComplexity } from './rules.ts';
import { simplifyTree } from './simplify.ts';
import { subtreeStart, Tree } from './tree.ts';

const capacity = 60;
const language = buildLanguage(['+', '-', '*', '/', '^', 'sin', 'cos', 'neg', 'fma', 'twice(a) = a + a'], 3);

function workshopOf(seed: number): Workshop {
  return { language, random: new Random(seed), scratch: new Tree(capacity), copy: new Tree(capacity) };
}

/** Random trees as evolution makes them. */
const grown = fc.record({ seed: fc.nat(), size: fc.integer({ min: 1, max: 40 }) }).map(({ seed, size }) => {
  const workshop = workshopOf(seed);
  const tree = new Tree(capacity);
  randomTree(tree, workshop, 3, size);
  return { tree, workshop, size };
});

function expectWellFormed(tree: Tree): void {
  expect(subtreeStart(tree.code, language.arity, tree.length - 1)).toBe(0);
  expect(countNodes(toExpression(tree, language))).toBe(tree.length);
}

const changes: readonly (readonly [string, (tree: Tree, workshop: Workshop) => boolean])[] = [
  [
    'mutateConstant',
    (t, w) => mutations.mutateConstant(t, w, 1, { perturbationFactor: 0.1, probabilityNegateConstant: 0.1 }),
  ],
  ['mutateOperator', mutations.mutateOperator],
  ['mutateFeature', (t, w) => mutations.mutateFeature(t, w, 3)],
  ['swapOperands', mutations.swapOperands],
  ['rotateTree', mutations.rotateTree],
  ['addNode', (t, w) => mutations.addNode(t, w, 3)],
  ['insertNode', (t, w) => mutations.insertNode(t, w, 3)],
  ['deleteNode', mutations.deleteNode],
];

/** Leaves and operators, sorted: what rotations and swaps must keep. */
const inventory = (tree: Tree): string =>
  Array.from({ length: tree.length }, (_, i) => `${tree.code[i]}:${tree.value[i]}`)
    .sort()
    .join();

describe('random trees', () => {
  test.prop([grown])(
    'have the size asked for, or one less where an operator would not fit',
    ({ tree, size }) => {
      expectWellFormed(tree);
      expect(tree.length).toBeLessThanOrEqual(size);
      expect(tree.length).toBeGreaterThanOrEqual(size === 1 ? 1 : size - 1);
    },
  );

  test.prop([grown])('survive the way to an expression and back', ({ tree }) => {
    const back = new Tree(capacity);
    fromExpression(toExpression(tree, language), language, back);
    expect([...back.code.subarray(0, back.length)]).toEqual([...tree.code.subarray(0, tree.length)]);
    expect([...back.value.subarray(0, back.length)]).toEqual([...tree.value.subarray(0, tree.length)]);
  });
});

describe.each(changes)('%s', (name, change) => {
  test.prop([grown])('leaves a well-formed tree', ({ tree, workshop }) => {
    const before = inventory(tree);
    const { length } = tree;
    const isChanged = change(tree, workshop);
    expectWellFormed(tree);
    if (!isChanged) expect(inventory(tree)).toBe(before);
    if (name === 'swapOperands' || name === 'rotateTree') expect(inventory(tree)).toBe(before);
    if (name === 'deleteNode' && isChanged) expect(tree.length).toBeLessThan(length);
    if ((name === 'addNode' || name === 'insertNode') && isChanged)
      expect(tree.length).toBeGreaterThan(length);
  });
});

describe('crossover', () => {
  test.prop([grown, grown])('exchanges nodes between two trees and loses none', (a, b) => {
    const before = [inventory(a.tree), inventory(b.tree)].join().split(',').sort().join();
    if (!mutations.crossover(a.tree, b.tree, a.workshop)) return;
    expectWellFormed(a.tree);
    expectWellFormed(b.tree);
    expect([inventory(a.tree), inventory(b.tree)].join().split(',').sort().join()).toBe(before);
  });
});

describe('rules', () => {
  const options = {
    maxdepth: 6,
    constraints: { '^': [-1, 3], sin: 5, fma: [2, -1, 4] },
    nestedConstraints: { sin: { sin: 0, cos: 1 }, '*': { neg: 0 } },
    complexity: { operators: { '/': 3 }, constants: 2, variables: { b: 4 } },
  };
  const rules = buildRules(language, ['a', 'b', 'c'], options);
  const price = (node: Expression): number => {
    if (node.kind === 'constant') return 2;
    if (node.kind === 'variable') return node.index === 1 ? 4 : 1;
    const own = node.kind === 'call' && node.operator === '/' ? 3 : 1;
    return own + (node.kind === 'call' ? node.args.reduce((sum, arg) => sum + price(arg), 0) : 0);
  };
  /** Most of an operator on one path. */
  const nested = (node: Expression, name: string): number => {
    if (node.kind !== 'call') return 0;
    return (node.operator === name ? 1 : 0) + Math.max(0, ...node.args.map((arg) => nested(arg, name)));
  };
  const limits: Readonly<Record<string, readonly number[]>> = { '^': [-1, 3], sin: [5], fma: [2, -1, 4] };
  const keepsRules = (expression: Expression): boolean =>
    depth(expression) <= options.maxdepth &&
    [...nodes(expression)].every((node) => {
      if (node.kind !== 'call') return true;
      const sizes =
        limits[node.operator]?.every((most, i) => most < 0 || price(node.args[i]) <= most) ?? true;
      const inner = (name: string, most: number): boolean =>
        node.args.every((arg) => nested(arg, name) <= most);
      if (node.operator === 'sin') return sizes && inner('sin', 0) && inner('cos', 1);
      return sizes && (node.operator !== '*' || inner('neg', 0));
    });

  test.prop([grown], { numRuns: 1000 })('are those of a recursive definition', ({ tree }) => {
    const expression = toExpression(tree, language);
    expect(treeComplexity(tree, rules)).toBe(price(expression));
    expect(isAllowed(tree, rules)).toBe(keepsRules(expression));
  });

  test('names the operator that is not searched', () => {
    const where = { maxdepth: 9, constraints: { exp: 3 } };
    expect(() => buildRules(language, [], where)).toThrow("operator 'exp' is not among those searched");
    expect(() => buildRules(language, [], { maxdepth: 9, constraints: { '+': [1] } })).toThrow(
      "operator '+' takes 2 arguments, its constraint has 1",
    );
    const variables = { maxdepth: 9, complexity: { variables: { z: 1 } } };
    expect(() => buildRules(language, ['a'], variables)).toThrow("unknown variable 'z'");
  });
});

describe('simplifyTree', () => {
  test.prop([grown, fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 })])(
    'keeps the value to rounding and never lengthens',
    ({ tree, workshop }, point) => {
      const value = (): number => evaluateTree(toExpression(tree, language), point, {}, language.table);
      const before = value();
      const { length } = tree;
      simplifyTree(tree, language, workshop.copy);
      expectWellFormed(tree);
      expect(tree.length).toBeLessThanOrEqual(length);
      const parts = [...nodes(toExpression(tree, language))].map((node) =>
        Math.abs(evaluateTree(node, point, {}, language.table)),
      );
      // Large parts that cancel out, or grow exponentially, enlarge the rounding of what was merged.
      const scale = Math.max(1, ...parts.filter(Number.isFinite));
      if (!Number.isFinite(before) || scale > 1e3) return;
      expect(Math.abs(value() - before)).toBeLessThan(1e-6 * (1 + Math.abs(before)) * scale);
    },
  );

  test('merges constants and drops what does nothing', () => {
    const simplified = (expression: Expression): Expression => {
      const tree = new Tree(capacity);
      fromExpression(expression, language, tree);
      simplifyTree(tree, language, new Tree(capacity));
      return toExpression(tree, language);
    };
    const [x, c] = [variable(0), constant];
    expect(simplified(call('+', call('+', c(1), x), c(2)))).toEqual(call('+', x, c(3)));
    expect(simplified(call('*', c(2), call('*', x, c(4))))).toEqual(call('*', x, c(8)));
    expect(simplified(call('-', x, x))).toEqual(c(0));
    expect(simplified(call('*', call('-', c(2), c(1)), x))).toEqual(x);
    expect(simplified(call('sin', call('*', c(2), c(3))))).toEqual(c(Math.sin(6)));
  });
});
