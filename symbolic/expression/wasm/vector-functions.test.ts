import { describe, expect, test } from 'vitest';
import { Random } from '../../search/random.ts';
import { parseInfix } from '../parse-infix.ts';
import { compileTape } from '../tape.ts';
import { WasmWorkspace } from '../wasm-evaluator.ts';
import { errorInUlps, exactCos, exactExp, exactLog, exactSin, toFixed } from './high-precision.ts';

function evaluate(text: string, ...columns: Float64Array[]): Float64Array {
  const output = new Float64Array(columns[0].length);
  new WasmWorkspace(columns, output.length).evaluator(compileTape([parseInfix(text)])).evaluate([], [output]);
  return output;
}

const count = 600;
const random = new Random(20);
const uniform = (from: number, to: number) =>
  Float64Array.from({ length: count }, () => from + (to - from) * random.uniform());
const wide = (smallest: number, largest: number) =>
  Float64Array.from({ length: count }, () =>
    Math.exp(Math.log(smallest) + (Math.log(largest) - Math.log(smallest)) * random.uniform()),
  );

describe('largest error in units in the last place, against series of 256 bits', () => {
  test.each([
    ['exp', 'between 0 and 1', uniform(0, 1), exactExp, 1],
    ['exp', 'between -60 and 60', uniform(-60, 60), exactExp, 1],
    ['log', 'around 1', uniform(0.5, 2), exactLog, 1],
    ['log', 'from 1e-12 to 1e40', wide(1e-12, 1e40), exactLog, 1],
    ['sin', 'within one turn', uniform(-4, 4), exactSin, 1],
    ['sin', 'up to 2^20', uniform(-1048576, 1048576), exactSin, 1],
    ['cos', 'within one turn', uniform(-4, 4), exactCos, 1],
    ['cos', 'up to 2^20', uniform(-1048576, 1048576), exactCos, 1],
  ] as const)('%s, %s', (name, _, column, exact, bound) => {
    const actual = evaluate(`${name}(x0)`, column);
    const worst = Math.max(...Array.from(column, (x, i) => errorInUlps(actual[i], exact(toFixed(x)))));
    expect(worst).toBeLessThan(bound);
  });

  test.each([
    ['bases around 1', uniform(0.5, 2), uniform(-40, 40)],
    ['large exponents', uniform(0.9, 1.1), uniform(-600, 600)],
    ['wide bases', wide(1e-6, 1e6), uniform(-2.5, 2.5)],
    ['small exponents', wide(1e-12, 1e12), uniform(-0.01, 0.01)],
  ])('x^y with %s', (_, base, exponent) => {
    const actual = evaluate('x0 ^ x1', base, exponent);
    const exact = (i: number) => exactExp((exactLog(toFixed(base[i])) * toFixed(exponent[i])) >> 256n);
    const worst = Math.max(...Array.from(base, (_, i) => errorInUlps(actual[i], exact(i))));
    expect(worst).toBeLessThan(1.5);
  });
});

test('special cases are those of Math', () => {
  const values = [
    0,
    -0,
    1,
    -1,
    2,
    -2,
    0.5,
    -0.5,
    3,
    -3,
    2.5,
    1e-320,
    -1e-320,
    1e308,
    -1e308,
    Infinity,
    -Infinity,
    NaN,
  ];
  const pairs = values.flatMap((a) => values.map((b) => [a, b] as const));
  const [a, b] = [0, 1].map((i) => Float64Array.from(pairs, (pair) => pair[i]));
  const powers = evaluate('x0 ^ x1', a, b);
  pairs.forEach(([x, y], i) => {
    const expected = Math.pow(x, y);
    if (Number.isFinite(expected) && expected !== 0)
      expect(Math.abs(powers[i] / expected - 1)).toBeLessThan(1e-15);
    else expect([x, y, powers[i]]).toEqual([x, y, expected]);
  });
  const column = Float64Array.from(values);
  for (const name of ['exp', 'log', 'sin', 'cos', 'tanh'] as const) {
    evaluate(`${name}(x0)`, column).forEach((actual, i) => {
      const expected = Math[name](column[i]);
      if (Number.isFinite(expected)) expect(actual).toBeCloseTo(expected, 14);
      else expect([name, column[i], actual]).toEqual([name, column[i], expected]);
    });
  }
});

test('results that are subnormal or overflow come out as they should', () => {
  expect([...evaluate('exp(x0)', Float64Array.of(-745.2, -744, -708.5, 709.7, 709.8, 800))]).toEqual(
    [-745.2, -744, -708.5, 709.7, 709.8, 800].map((x) => expect.closeTo(Math.exp(x), 8) as number),
  );
  expect(evaluate('x0 ^ 4', Float64Array.of(1e-80))[0] / 1e-320).toBeCloseTo(1, 3);
});
