import { describe, expect, test } from 'vitest';
import { describeProblem, inFile, InputError } from './input-error.ts';

const problem = { code: 'MOD001', what: 'is wrong' };

describe('the printed problem', () => {
  test('is one line when nothing more is known', () => {
    expect(describeProblem(problem)).toBe('error MOD001: is wrong');
  });

  test('says where from the file inwards, and how to mend it', () => {
    expect(
      describeProblem({ ...problem, file: 'a.json', layer: 'conv', field: 'bias', mend: 'give one' }),
    ).toBe("error MOD001: is wrong\n  at a.json › layer 'conv' › bias\n  mend: give one");
  });
});

describe('work in a file', () => {
  const failing = (error: Error) => () => {
    throw error;
  };

  test('adds the file to a problem that names none', () => {
    expect(() => inFile('a.json', failing(new InputError(problem)))).toThrow(
      'error MOD001: is wrong\n  at a.json',
    );
  });

  test('keeps the file that a problem names', () => {
    const error = new InputError({ ...problem, file: 'b.json' });
    expect(() => inFile('a.json', failing(error))).toThrow(error);
  });

  test('lets other errors through as they are', () => {
    const error = new RangeError('a fault of the program');
    expect(() => inFile('a.json', failing(error))).toThrow(error);
  });

  test('returns what the work returns', () => {
    expect(inFile('a.json', () => 5)).toBe(5);
  });
});
