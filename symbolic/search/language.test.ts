import { describe, expect, test } from 'vitest';
import { call, constant, parseInfix, variable } from '../expression/index.ts';
import { buildLanguage, fromExpression, toExpression } from './language.ts';
import { Tree } from './tree.ts';

describe('buildLanguage', () => {
  test('numbers operators of all arities in the order given', () => {
    const language = buildLanguage(['+', 'sin', 'ifelse', 'hill(x, k) = x / (x + k)'], 2);
    expect(language.operators.map(({ name, arity }) => [name, arity])).toEqual([
      ['+', 2], ['sin', 1], ['ifelse', 3], ['hill', 2],
    ]); // prettier-ignore
    expect(language.byArity).toEqual([[], [2], [1, 4], [3]]);
    expect(language.table.get('hill')!.evaluate(1, 3)).toBe(0.25);
  });

  test('lets a definition use those before it', () => {
    const language = buildLanguage(['double(x) = x + x', 'quad(x) = double(double(x))'], 1);
    expect(language.table.get('quad')!.evaluate(3)).toBe(12);
  });

  test.each([
    [['cosh', 'sine'], "unknown operator 'sine'"],
    [['+', '+'], "operator '+' is given twice"],
    [['f(x = 1'], "'f(x = 1' is no definition"],
    [['f(a,b,c,d) = a'], "operator 'f' has the arguments (a,b,c,d)"],
    [['sin(x) = x'], "operator 'sin' exists already"],
    [['f(x) = y + 1'], "the definition of operator 'f' is not understood"],
    [['f(x) = x +'], "the definition of operator 'f' is not understood"],
  ])('refuses %j and says why', (entries, message) => {
    expect(() => buildLanguage(entries, 1)).toThrow(message);
  });
});

describe('fromExpression', () => {
  const language = buildLanguage(['+', '*', 'sin'], 1);
  const written = (text: string) => {
    const tree = new Tree(9);
    fromExpression(parseInfix(text), language, tree);
    return toExpression(tree, language);
  };

  test('writes signs and symbols with what the language has', () => {
    expect(written('-x0')).toEqual(call('*', constant(-1), variable(0)));
    expect(written('sin(pi)')).toEqual(call('sin', constant(Math.PI)));
    expect(written('x0 + 0.1')).toEqual(call('+', variable(0), constant(0.1)));
  });

  test.each([
    ['x0 / 2', "operator '/' is not among those searched"],
    ['a + x0', "unknown name 'a'"],
    ['x0+x0+x0+x0+x0+x0', 'more than 9 nodes'],
  ])('refuses %s', (text, message) => {
    expect(() => written(text)).toThrow(message);
  });
});
