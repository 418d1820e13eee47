import { expect, test } from 'vitest';
import { evaluateTree } from './evaluate-tree.ts';
import { formatHallOfFame, parseHallOfFame } from './hall-of-fame.ts';
import { printInfix } from './print-infix.ts';

test('a front is read with its equations and written back in the same columns', () => {
  const text = 'Complexity,Loss,Equation\n1,2.5,"x0"\n5,1e-07,"(x0 * -1.25) + mass"\n';
  const entries = parseHallOfFame(text, { variables: ['x0', 'mass'] });
  expect(entries.map(({ complexity, loss }) => [complexity, loss])).toEqual([[1, 2.5], [5, 1e-7]]); // prettier-ignore
  expect(evaluateTree(entries[1].expression!, [4, 10])).toBe(5);
  expect(formatHallOfFame(entries, { variables: ['x0', 'mass'] })).toBe(
    'Complexity,Loss,Equation\n1,2.5,x0\n5,1e-7,x0 * -1.25 + mass\n',
  );
});

test('the parts of a template are read as functions of their arguments and vectors', () => {
  const [entry] = parseHallOfFame(
    'Complexity,Loss,Equation\n7,0.5,"f = (#1 * 7.4) + #2; g = -5.5; p = [0.25, 1e3]"\n',
  );
  expect(entry.expression).toBeUndefined();
  const { f, p } = entry.parts!;
  expect(p).toEqual([0.25, 1000]);
  expect(printInfix(f as Parameters<typeof printInfix>[0])).toBe('x0 * 7.4 + x1');
});

test('what is no hall of fame is refused with the line', () => {
  expect(() => parseHallOfFame('a,b\n1,2\n')).toThrow("no column 'Complexity'");
  expect(() => parseHallOfFame('Complexity,Loss,Equation\n1,0.1,x0\nmany,0,x0\n')).toThrow('line 3');
  expect(() => parseHallOfFame('Complexity,Loss,Equation\n1,0.1,"x0\n')).toThrow('never closed');
});
