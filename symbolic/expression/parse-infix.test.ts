import { test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { arbitraryExpression } from './arbitrary-expression.ts';
import { call, constant, parameter, sameExpression, variable } from './expression.ts';
import { parseInfix } from './parse-infix.ts';
import { printInfix } from './print-infix.ts';

describe('reading infix text', () => {
  test.each([
    ['a1*exp(-0.5*x0)', call('*', parameter('a1'), call('exp', call('*', parseInfix('-0.5'), variable(0))))],
    ['-x0^2', call('neg', call('^', variable(0), constant(2)))],
    ['(-2)^2', call('^', constant(-2), constant(2))],
    ['x0**-x1', call('^', variable(0), call('neg', variable(1)))],
    ['a^b^c', call('^', parameter('a'), call('^', parameter('b'), parameter('c')))],
    ['a-b-c', call('-', call('-', parameter('a'), parameter('b')), parameter('c'))],
    ['a/b*c', call('*', call('/', parameter('a'), parameter('b')), parameter('c'))],
    ['x0 > 1 + x1', call('greater', variable(0), call('+', constant(1), variable(1)))],
    ['max(a, b, c)', call('max', call('max', parameter('a'), parameter('b')), parameter('c'))],
    ['log(x0, 10)', call('/', call('log', variable(0)), call('log', constant(10)))],
    ['2*pi', call('*', constant(2), call('pi'))],
  ])('gives %s its usual meaning', (text, expected) => {
    expect(parseInfix(text)).toEqual(expected);
  });

  test('keeps decimals exact beside the nearest double', () => {
    expect(parseInfix('0.1')).toEqual(constant(0.1, { numerator: 1n, denominator: 10n }));
    expect(parseInfix('0.5')).toEqual(constant(0.5));
    expect(parseInfix('-1.25e-3')).toEqual(constant(-0.00125, { numerator: -1n, denominator: 800n }));
  });

  test.each([
    ['a+', 'the expression ends where a number, name or ( should follow', 3],
    ['foo(2)', "unknown operator 'foo'", 1],
    ['2 3', "expected an operator or the end, found '3'", 3],
    ['sin(1, 2)', "operator 'sin' takes 1 arguments, found 2", 1],
    ['a $ b', "'$' has no meaning in an expression", 3],
    ['1 + sin', "operator 'sin' needs arguments in parentheses", 5],
    ['(1 + 2', "expected ')', found the end", 7],
  ])('refuses %s and says why and where', (text, problem, column) => {
    expect(() => parseInfix(text)).toThrow(problem);
    expect(() => parseInfix(text)).toThrow(`at column ${column}:`);
  });

  test('refuses names that are neither variables nor parameters, when both are given', () => {
    expect(() => parseInfix('a1*mass', { variables: ['m'], parameters: ['a1'] })).toThrow(
      "'mass' is neither",
    );
  });
});

property.prop([arbitraryExpression({ parameters: ['a1', 'b'] })])(
  'what is printed reads back as the same tree',
  (tree) => {
    expect(sameExpression(parseInfix(printInfix(tree)), readBack(tree))).toBe(true);
  },
);

/** Printing shows a double by its shortest decimal, which reads back with that decimal as its exact value. */
function readBack(tree: Parameters<typeof printInfix>[0]): Parameters<typeof printInfix>[0] {
  if (tree.kind === 'constant') return parseInfix(printInfix(tree));
  return tree.kind === 'call' ? { ...tree, args: tree.args.map(readBack) } : tree;
}
