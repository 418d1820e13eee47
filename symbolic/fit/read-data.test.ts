import { describe, expect, test } from 'vitest';
import { InputError } from '../../sim/model/input-error.ts';
import { checkData, twoSidedErrors, type BinnedData } from './binned-data.ts';
import { readBinnedData } from './read-data.ts';

const of = (...values: number[]) => Float64Array.from(values);
const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError)
      return `${error.problem.code} ${error.problem.field ?? ''} ${error.problem.what}`;
    throw error;
  }
  return 'no error';
};

describe('reading files', () => {
  test('JSON with one or several dimensions, scalar errors and bin edges', () => {
    const one = readBinnedData(
      '{"x": [1, 2], "y": [3, 4], "y_up": 0.5, "y_down": [0.1, 0.2], "bin_widths_1d": [1, 1]}',
      'a/spectrum.json',
    );
    expect(one).toEqual({
      name: 'spectrum',
      x: [of(1, 2)],
      y: of(3, 4),
      errors: { up: of(0.5, 0.5), down: of(0.1, 0.2) },
      widths: of(1, 1),
    });
    const two = readBinnedData(
      '{"name": "n", "x": [[0, 1], [2, 3]], "y": [[3], [4]], "bin_edges_2d": [[0, 1], [0, 2]]}',
      'b.json',
    );
    expect(two).toEqual({ name: 'n', x: [of(0, 2), of(1, 3)], y: of(3, 4), edges: [of(0, 1), of(0, 2)] });
  });

  test('CSV with a header in any order', () => {
    const text = 'y,x1,x0,y_up,y_down\n3,10,1,0.5,0.4\n4,20,2,0.6,0.5\n';
    expect(readBinnedData(text, 'c.csv')).toEqual({
      name: 'c',
      x: [of(1, 2), of(10, 20)],
      y: of(3, 4),
      errors: { up: of(0.5, 0.6), down: of(0.4, 0.5) },
    });
  });

  test.each([
    ['', 'FIT020  the file is empty'],
    ['{"x": [1', 'no valid JSON'],
    ['{"x": [1]}', 'fields x and y are needed'],
    ['{"x": [[1, 2], [3]], "y": [1, 2]}', 'x[1] has 1 coordinates where x[0] has 2'],
    ['{"x": [1], "y": ["a"]}', "y[0] 'a' is no number"],
    ['{"x": [1], "y": [null]}', "y[0] 'null' is no number"],
    ['{"x": [1], "y": [1], "y_up": [1]}', 'give both y_up and y_down'],
    ['a,b\n1,2\n', 'columns x (or x0, x1, ...) and y are needed; found a, b'],
    ['x,y\n1,2\n3\n', 'line 3 has 1 fields where the header has 2'],
    ['x,y\n1,two\n', "line 2, y 'two' is no number"],
  ])('%j is refused: %s', (text, problem) => {
    expect(codeOf(() => readBinnedData(text, 'd.json'))).toContain(problem);
  });

  test('NaN as Python writes it is read, so that the check can name the bin', () => {
    const data = readBinnedData('{"x": [1, 2], "y": [3, NaN]}', 'e.json');
    expect(codeOf(() => checkData(data))).toBe('FIT003 y, bin 2 the value is NaN');
  });
});

describe('checking data', () => {
  const good: BinnedData = {
    name: 'g',
    x: [of(1, 2, 3)],
    y: of(3, 4, 6),
    errors: { up: of(1, 1, 1), down: of(1, 1, 1) },
  };
  test.each([
    [{ ...good, x: [of()], y: of() }, 'FIT001 y there are no bins'],
    [{ ...good, x: [] }, 'FIT001 x there is no x column'],
    [{ ...good, x: [of(1, 2)] }, 'FIT002 x 2 values where y has 3'],
    [{ ...good, errors: { up: of(1, 1), down: of(1, 1, 1) } }, 'FIT002 y_up 2 values where y has 3'],
    [{ ...good, y: of(1, Infinity, 2) }, 'FIT003 y, bin 2 the value is Infinity'],
    [{ ...good, exposure: of(1, 0, 1) }, 'FIT004 exposure, bin 2 the exposure is 0'],
    [{ ...good, errors: { up: of(1, 1, 1), down: of(1, -1, 1) } }, 'FIT005 y_down, bin 2 the error is -1'],
    [{ ...good, errors: { up: of(1, 0, 1), down: of(1, 0, 1) } }, 'FIT006 bin 2 both errors are 0'],
  ])('%# is refused as %s', (data, problem) => expect(codeOf(() => checkData(data))).toContain(problem));

  test('one-sided zero errors are legal and take the other side', () => {
    const counts = { ...good, y: of(3, 0, 6), errors: { up: of(1, 1.8, 1), down: of(1, 0, 1) } };
    expect(checkData(counts)).toEqual({ ignoreErrors: false, notes: [] });
    expect(twoSidedErrors(counts.errors).down).toEqual(of(1, 1.8, 1));
  });

  test('one bin, constant data and constant coordinates are legal, with a note', () => {
    expect(checkData({ name: 'o', x: [of(1)], y: of(2) }).notes[0]).toContain('one bin');
    expect(checkData({ ...good, y: of(2, 2, 2) }).notes[0]).toContain('all y are 2');
    expect(checkData({ ...good, x: [of(7, 7, 7)] }).notes[0]).toContain('all x0 are 7');
  });

  test('a bin without any error drops all errors where SymbolFit would', () => {
    const data = { ...good, errors: { up: of(1, 0, 1), down: of(1, 0, 1) } };
    expect(checkData(data, 'ignore-errors').ignoreErrors).toBe(true);
  });
});
