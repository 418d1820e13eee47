import { test as property, fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { arbitraryExpression } from './arbitrary-expression.ts';
import { evaluateTree } from './evaluate-tree.ts';
import { printCpp, printNumpy, printSympy } from './languages.ts';
import { parseLatex, printLatex } from './latex.ts';
import { builtInOperators } from './operators.ts';
import { parseInfix } from './parse-infix.ts';
import { parseCpp, parseNumpy, parseSympy } from './parse-languages.ts';
import { printInfix } from './print-infix.ts';

const languages = [
  { name: 'C++', print: printCpp, parse: parseCpp, lacks: [] },
  { name: 'NumPy', print: printNumpy, parse: parseNumpy, lacks: ['erf', 'erfc'] },
  { name: 'sympy', print: printSympy, parse: parseSympy, lacks: ['round'] },
  { name: 'LaTeX', print: printLatex, parse: parseLatex, lacks: [] },
];

describe.each(languages)('$name', ({ print, parse, lacks }) => {
  const operators = [...builtInOperators.keys()].filter(
    (name) =>
      !name.startsWith('pow') &&
      !name.endsWith('1p') &&
      !name.endsWith('m1') &&
      !lacks.some((l) => l === name),
  );
  const tree = arbitraryExpression({ operators, parameters: ['a1', 'mass'], depth: 4 });
  const point = fc.array(
    fc.integer({ min: -400, max: 400 }).map((value) => value / 100 + 0.00321),
    { minLength: 4, maxLength: 4 },
  );

  property.prop([tree, point])(
    'text that is written reads back with the same values',
    (expression, [x, y, a1, mass]) => {
      const read = parse(print(expression));
      const expected = evaluateTree(expression, [x, y], { a1, mass });
      const actual = evaluateTree(read, [x, y], { a1, mass });
      // Definitions may overflow or cancel where the operator itself does not, so only settled values are compared.
      const moved = evaluateTree(expression, [x * (1 + 1e-13), y * (1 - 1e-13)], {
        a1: a1 * (1 + 1e-13),
        mass,
      });
      if (
        !(Math.abs(expected) < 1e100 && Math.abs(expected) > 1e-100) ||
        !(Math.abs(moved - expected) < 1e-9 * Math.abs(expected))
      )
        return;
      if (Number.isFinite(actual))
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-7 * Math.abs(expected));
    },
  );

  test('an operator without form or definition is refused by name', () => {
    for (const name of lacks) expect(() => print(parseInfix(`${name}(x0)`))).toThrow(`'${name}'`);
  });
});

test.each([
  [
    'a1*exp(-0.5*x0)**2',
    'a1*std::pow(std::exp(-0.5*x[0]), 2.0)',
    'a1*np.exp(-0.5*x[:, 0])**2.0',
    'a1*exp(-0.5*x0)**2',
  ],
  [
    'ifelse(x0 > 1, 2, x1)',
    '(x[0] > 1.0 ? 2.0 : x[1])',
    'np.where(x[:, 0] > 1.0, 2.0, x[:, 1])',
    'Piecewise((2, x0 > 1), (x1, True))',
  ],
  ['abs(x0 - 1)/3', 'std::abs(x[0] - 1.0)/3.0', 'np.abs(x[:, 0] - 1.0)/3.0', 'Abs(x0 - 1)/3'],
  ['-(x0*x1)', '-(x[0]*x[1])', '-(x[:, 0]*x[:, 1])', '-(x0*x1)'],
])('%s is written in each language as one would', (infix, cpp, numpy, sympy) => {
  const expression = parseInfix(infix);
  expect([printCpp(expression), printNumpy(expression), printSympy(expression)]).toEqual([cpp, numpy, sympy]);
});

test.each([
  ['a1*exp(-x0/2)', String.raw`a_{1} \, \exp\left(\frac{-x_{0}}{2}\right)`],
  ['1.5e-9*sqrt(x0)^x1', String.raw`1.5 \times 10^{-9} \, \sqrt{x_{0}}^{x_{1}}`],
  ['2*3*(alpha + 1)', String.raw`2 \cdot 3 \, \left(\alpha + 1\right)`],
])('%s is set as %s', (infix, latex) => expect(printLatex(parseInfix(infix))).toBe(latex));

test.each([
  [String.raw`\frac{1}{2} m v^2`, '1 / 2 * m * v ^ 2'],
  [String.raw`\sin^2 x + \cos(2\theta)`, 'sin(x) ^ 2 + cos(2 * theta)'],
  [String.raw`e^{-x_0}|x_1 - 2|`, 'e ^ (-x0) * abs(x1 - 2)'],
  [String.raw`\sqrt[3]{a}\cdot\ln\left(b\right)`, 'cbrt(a) * log(b)'],
  [
    String.raw`\begin{cases} x_0 & \text{for}\: x_0 \geq 0 \\ 0 & \text{otherwise} \end{cases}`,
    'ifelse(x0 >= 0, x0, 0)',
  ],
])('the LaTeX %s is read as %s', (latex, infix) => expect(printInfix(parseLatex(latex))).toBe(infix));

test.each([
  ['Piecewise((x0, x0 > 0), (0.0, True))', 'ifelse(x0 > 0, x0, 0)'],
  ['2*sqrt(x0)**(1/3) + E', '2 * sqrt(x0) ^ (1 / 3) + e'],
])('the sympy text %s is read as %s', (text, infix) => expect(printInfix(parseSympy(text))).toBe(infix));

test('C++ that would divide integers is refused', () => {
  expect(() => parseCpp('1/3*x[0]')).toThrow('C++ truncates a quotient of integers');
});
