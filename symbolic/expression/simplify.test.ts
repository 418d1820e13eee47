import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { arbitraryExpression } from './arbitrary-expression.ts';
import { evaluateTree } from './evaluate-tree.ts';
import { countNodes, nodes, type Expression } from './expression.ts';
import { parseInfix } from './parse-infix.ts';
import { printInfix } from './print-infix.ts';
import {
  addRational,
  multiplyRational,
  powerRational,
  rational,
  rationalFromNumber,
  type Rational,
} from './rational.ts';
import { simplify, simplifyOver } from './simplify.ts';

test.each([
  ['x0 + x0', '2 * x0'],
  ['x0 * x0 * x0', 'x0 ^ 3'],
  ['2*(x0 + 3) + 5', '2 * x0 + 11'],
  ['x0 - x0', '0'],
  ['x0 / x0', '1'],
  ['(x0 + 1) - (x0 - 1)', '2'],
  ['0.1 + 0.2', '0.3'],
  ['0.187 * 3 * x0', '0.561 * x0'],
  ['x0 * 2 / 6', 'x0 / 3'],
  ['x0^2 * x0^0.5', 'x0 ^ 2.5'],
  ['sqrt(x0) * sqrt(x0)', 'x0'],
  ['sqrt(x0^2)', 'sqrt(x0 ^ 2)'],
  ['-(x0 - x1)', 'x1 - x0'],
  ['sin(-x0)', '-sin(x0)'],
  ['cos(-2*x0)', 'cos(2 * x0)'],
  ['log(exp(x0))', 'x0'],
  ['x0^0', '1'],
  ['0 * exp(x0)', '0'],
  ['a1 + x0 * 1 - 0', 'a1 + x0'],
  ['1 / (1 / x0)', 'x0'],
  ['inv(square(x0))', '1 / x0 ^ 2'],
  ['square(2 * x0)', '4 * x0 ^ 2'],
  ['neg(neg(x0))', 'x0'],
  ['ifelse(1, x0, x1)', 'x0'],
  ['x0 + (x1 + x0) * -1', '-x1'],
  ['-0.5 * x0 + x1', 'x1 - 0.5 * x0'],
  ['1e300 * 1e300 * x0', '1e300 * 1e300 * x0'],
])('%s becomes %s', (text, expected) => expect(printInfix(simplify(parseInfix(text)))).toBe(expected));

/** The exact value of a tree of rational operations; undefined where it has none. */
function exactly(node: Expression, point: readonly Rational[]): Rational | undefined {
  if (node.kind === 'constant') return node.exact ?? rationalFromNumber(node.value);
  if (node.kind === 'variable') return point[node.index];
  if (node.kind === 'parameter') return undefined;
  const args = node.args.map((arg) => exactly(arg, point));
  if (args.includes(undefined)) return undefined;
  const [a, b] = args as [Rational, Rational];
  const inverse = (r: Rational) => (r.numerator === 0n ? undefined : powerRational(r, -1));
  switch (node.operator) {
    case '+':
      return addRational(a, b);
    case '-':
      return addRational(a, multiplyRational(b, rational(-1n)));
    case '*':
      return multiplyRational(a, b);
    case '/': {
      const reciprocal = inverse(b);
      return reciprocal && multiplyRational(a, reciprocal);
    }
    case 'neg':
      return multiplyRational(a, rational(-1n));
    case 'inv':
      return inverse(a);
    case 'square':
      return multiplyRational(a, a);
    case 'cube':
      return powerRational(a, 3);
    case '^':
      if (b.denominator !== 1n || (b.numerator < 0n && a.numerator === 0n) || b.numerator > 30n)
        return undefined;
      return b.numerator < -30n ? undefined : powerRational(a, Number(b.numerator));
    default:
      return undefined;
  }
}

/** Nodes, with square, cube and inv as the powers they are. */
function spelledOut(tree: Expression): number {
  const short = [...nodes(tree)].filter(
    (node) => node.kind === 'call' && /square|cube|inv/.test(node.operator),
  );
  return countNodes(tree) + short.length;
}

describe('for any tree', () => {
  const small = fc.integer({ min: -6, max: 6 });
  const arithmetic = ['+', '-', '*', '/', 'neg', 'inv', 'square', 'cube'];
  const rationals = arbitraryExpression({ operators: arithmetic, constants: small, depth: 4 });
  const points = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 9 }));

  property.prop([rationals, points, points])(
    'of rational operations the exact value stays the same',
    (tree, [a, b], [c, d]) => {
      const point = [rational(BigInt(a), BigInt(b)), rational(BigInt(c), BigInt(d))];
      const before = exactly(tree, point);
      if (before === undefined) return;
      const after = exactly(simplify(tree), point);
      const size = Math.max(String(before.numerator).length, String(before.denominator).length);
      // Coefficients beyond 53 bits are rounded; keep to those that are not.
      if (size < 12) expect(after).toEqual(before);
    },
  );

  const any = arbitraryExpression({ depth: 4, parameters: ['a'] });
  const values = fc.integer({ min: -300, max: 300 }).map((value) => value / 100 + 0.00321);

  property.prop([any, values, values, values])('values move by rounding alone', (tree, x, y, a) => {
    const before = evaluateTree(tree, [x, y], { a });
    const nearby = evaluateTree(tree, [x * (1 + 1e-12), y * (1 - 1e-12)], { a: a * (1 + 1e-12) });
    if (!Number.isFinite(before) || !(Math.abs(nearby - before) <= 1e-6 * Math.abs(before))) return;
    if (Math.abs(before) > 1e250 || Math.abs(before) < 1e-250) return;
    const after = evaluateTree(simplify(tree), [x, y], { a });
    expect(Math.abs(after - before)).toBeLessThanOrEqual(1e-5 * Math.abs(before));
  });

  property.prop([any])('it never lengthens, however often', (tree) => {
    const once = simplify(tree);
    expect(spelledOut(once)).toBeLessThanOrEqual(spelledOut(tree));
    expect(spelledOut(simplify(once))).toBeLessThanOrEqual(spelledOut(once));
  });
});

test('a bound on data keeps the original where rounding would move it further', () => {
  const cancelling = parseInfix('(x0 + 1e16) - 1e16');
  const column = Float64Array.of(0.3, 0.7);
  expect(printInfix(simplifyOver(cancelling, [column], 2))).toBe(printInfix(cancelling));
  expect(printInfix(simplifyOver(parseInfix('x0 + 0.5 - 0.25'), [column], 2))).toBe('x0 + 0.25');
});
