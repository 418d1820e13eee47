import { fc, test } from '@fast-check/vitest';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { readEvents } from './index.ts';
import { inputModel, refusal } from './input-model.ts';
import { npyBytes, packed } from './npy-bytes.ts';

/** Raw integers of each event of a file. */
function inputs(name: string, content: unknown, type = 'fixed<8,4>', shape?: readonly number[]): number[][] {
  const file = temporaryFolder().write(name, content);
  return readEvents(file, inputModel(type, shape)).map(({ input }) => input.map(Number));
}

const HALVES = [0.5, 1, 1.5, 2, 2.5, 3];
const RAW = [8, 16, 24, 32, 40, 48]; // of fixed<8,4>
const NEGATED = RAW.map((raw) => -raw);

describe('JSON', () => {
  test.each([
    ['flat', [HALVES, HALVES.map((x) => -x)]],
    [
      'nested as the input',
      [
        [
          [[0.5], [1], [1.5]],
          [[2], [2.5], [3]],
        ],
        [
          [[-0.5], [-1], [-1.5]],
          [[-2], [-2.5], [-3]],
        ],
      ],
    ],
  ])('gives a list of events, each %s', (_sentence, events) => {
    expect(inputs('x.json', events)).toEqual([RAW, NEGATED]);
  });

  test('gives one event, flat or nested', () => {
    expect(inputs('x.json', HALVES)).toEqual([RAW]);
    expect(
      inputs('x.json', [
        [[0.5], [1], [1.5]],
        [[2], [2.5], [3]],
      ]),
    ).toEqual([RAW]);
  });

  test('numbers events from 0', () => {
    const file = temporaryFolder().write('x.json', [HALVES, HALVES]);
    expect(readEvents(file, inputModel('fixed<8,4>')).map(({ id }) => id)).toEqual(['0', '1']);
  });

  test('may begin with a byte order mark', () => {
    expect(inputs('x.json', `\uFEFF${JSON.stringify(HALVES)}`)).toEqual([RAW]);
  });

  test.each([
    [
      'a ragged event',
      [
        [1, 2, 3, 4, 5, 6],
        [1, 2, 3, 4, 5],
      ],
      'error VEC003: has 5 values, its first neighbour has 6\n  at x.json › events[1]',
    ],
    [
      'an event nested deeper than the first',
      [[1, 2, 3, 4, 5, [6]]],
      'error VEC005: [6] is no number\n  at x.json › events[0][5]',
    ],
    [
      'text in the place of a number',
      [[1, 2, 3, 4, 5, '6']],
      'error VEC005: "6" is no number\n  at x.json › events[0][5]',
    ],
    [
      'null in the place of a number',
      [[1, 2, 3, null, 5, 6]],
      'error VEC005: null is no number\n  at x.json › events[0][3]',
    ],
    [
      'events of another size',
      [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
      'error VEC003: the input has shape [2, 4], the Model takes events of shape [2, 3, 1]\n  at x.json\n  mend: give [events, 2, 3, 1] or [events, 6]',
    ],
    [
      'events with axes exchanged',
      [
        [
          [[1], [2]],
          [[3], [4]],
          [[5], [6]],
        ],
      ],
      'error VEC003: the input has shape [1, 3, 2, 1], the Model takes events of shape [2, 3, 1]\n  at x.json\n  mend: give [events, 2, 3, 1] or [events, 6]',
    ],
    [
      'no events',
      [],
      'error VEC003: the input has shape [0], the Model takes events of shape [2, 3, 1]\n  at x.json\n  mend: give [events, 2, 3, 1] or [events, 6]',
    ],
    ['a number', 5, 'error VEC001: Invalid input: expected object, received number\n  at x.json'],
    ['null', null, 'error VEC001: Invalid input: expected object, received null\n  at x.json'],
  ])('refuses %s', (_sentence, json, message) => {
    expect(refusal('x.json', json)).toBe(message);
  });

  test.each([
    [
      '[[0, 1, NaN, 3, 4, 5]]',
      'holds NaN at line 1, column 9, which is no number in JSON and no value of a fixed-point type',
    ],
    [
      '[\n[0, 1,\n2, -Infinity, 4, 5]]',
      'holds -Infinity at line 3, column 4, which is no number in JSON and no value of a fixed-point type',
    ],
  ])('refuses %j where the word stands', (text, what) => {
    expect(refusal('x.json', text)).toBe(
      `error IMP002: ${what}\n  at x.json\n  mend: replace it by a number`,
    );
  });

  test('refuses a text that breaks off', () => {
    expect(refusal('x.json', '[[0, 1, 2, 3')).toBe(
      'error IMP002: is truncated: the JSON breaks off at line 1, column 13\n  at x.json\n  mend: write or copy the file again',
    );
  });

  test('refuses numbers beyond what JSON and 32-bit floats can hold', () => {
    const event = (number: string) => `[[0, 1, 2, 3, 4, ${number}]]`;
    const mend = 'mend: replace it by a number that the input type can hold';
    expect(refusal('x.json', event('1e999'))).toBe(
      `error VEC004: the input holds Infinity, which no fixed-point type can hold\n  at x.json › event 0, value 5\n  ${mend}`,
    );
    expect(refusal('x.json', event('1e39'))).toBe(
      `error VEC004: the input holds 1e+39, which is beyond the range of a 32-bit float\n  at x.json › event 0, value 5\n  ${mend}`,
    );
  });
});

describe('conversion of numbers', () => {
  const convert = (numbers: readonly number[], type: string) =>
    inputs('x.json', [numbers], type, [numbers.length])[0];

  test('is an assignment to the input type: quantised, then overflow', () => {
    // ufixed<8,1>: -0.25 becomes 224, and 2 and more wrap
    expect(convert([-0.25, 0.4, 0.999, 2, 3.5], 'ufixed<8,1>')).toEqual([224, 51, 127, 0, 192]);
    expect(convert([0.4, -0.001, 100], 'fixed<16,6>')).toEqual([409, -2, 36 * 1024 - 65536]);
    expect(convert([0.40625, -100, 100], 'fixed<6,2,RND,SAT>')).toEqual([7, -32, 31]);
  });

  test('rounds to a 32-bit float first, as the test bench does', () => {
    // 0.1 is below 2^-30 x 107374183 as a float64 (107374182.4) and above it as a float32 (107374184)
    expect(convert([0.1], 'fixed<40,10>')).toEqual([107374184]);
    // 1 - 2^-30 is 1 as a float32
    expect(convert([1 - 2 ** -30], 'fixed<40,10>')).toEqual([2 ** 30]);
  });

  test.prop([fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 1 })])(
    'loses nothing of values on the grid of the type',
    (raw) => {
      expect(
        convert(
          raw.map((value) => value / 16),
          'fixed<8,4>',
        ),
      ).toEqual(raw);
    },
  );
});

describe('text', () => {
  test.each([
    ['commas', '0.5,1,1.5,2,2.5,3\n-0.5,-1,-1.5,-2,-2.5,-3\n'],
    ['spaces', '0.5 1 1.5 2 2.5 3 \n-0.5 -1 -1.5 -2 -2.5 -3'],
    ['tabs and Windows line ends', '0.5\t1\t1.5\t2\t2.5\t3\r\n-0.5\t-1\t-1.5\t-2\t-2.5\t-3\r\n'],
    [
      'semicolons, comments and empty lines',
      '# one\n0.5;1;1.5;2;2.5;3\n\n# two\n-.5;-1;-15e-1;-2;-2.5;-3e0\n',
    ],
    ['a heading', 'a,b,c,d,e,f\n0.5,1,1.5,2,2.5,3\n-0.5,-1,-1.5,-2,-2.5,-3\n'],
    ['a byte order mark', '\uFEFF0.5,1,1.5,2,2.5,3\n-0.5,-1,-1.5,-2,-2.5,-3\n'],
  ])('with %s gives an event a line', (_sentence, text) => {
    expect(inputs('x.csv', text)).toEqual([RAW, NEGATED]);
    expect(inputs('tb_input_features.dat', text)).toEqual([RAW, NEGATED]);
  });

  test.each([
    ['nothing', '', 'error VEC005: holds no numbers\n  at x.csv'],
    ['a heading alone', 'a,b\n', 'error VEC005: holds no numbers\n  at x.csv'],
    [
      'a word',
      '1,2,3,4,5,6\n1,2,three,4,5,6\n',
      "error VEC005: 'three' is no number\n  at x.csv › line 2, value 3",
    ],
    ['a second heading', 'a,b\nc,d\n1,2\n', "error VEC005: 'c' is no number\n  at x.csv › line 2, value 1"],
    [
      'lines of different length',
      '1,2,3,4,5,6\n1,2,3\n',
      'error VEC005: has 3 values, the lines before it have 6\n  at x.csv › line 2',
    ],
    [
      'NaN',
      '1,2,3,4,5,6\n1,2,3,4,nan,6\n',
      'error VEC004: the input holds NaN, which no fixed-point type can hold\n  at x.csv › event 1, value 4\n  mend: replace it by a number that the input type can hold',
    ],
    [
      'an infinity',
      '1,2,3,4,5,-inf\n',
      'error VEC004: the input holds -Infinity, which no fixed-point type can hold\n  at x.csv › event 0, value 5\n  mend: replace it by a number that the input type can hold',
    ],
    [
      'events of another size',
      '1,2,3\n',
      'error VEC003: the input has shape [1, 3], the Model takes events of shape [2, 3, 1]\n  at x.csv\n  mend: give [events, 2, 3, 1] or [events, 6]',
    ],
    [
      'bytes that are no text',
      Uint8Array.of(0x93, 0x4e, 0, 1, 2, 3),
      'error VEC005: holds no numbers\n  at x.csv',
    ],
  ])('refuses %s', (_sentence, text, message) => {
    expect(refusal('x.csv', text)).toBe(message);
  });

  test('shows the beginning of a word that is no number, and nothing unprintable', () => {
    expect(refusal('x.csv', `1 2\u0007345678901234567890123 4\n`)).toContain(
      "'2?345678901234567890...' is no number",
    );
  });
});

describe('.npy and .npz', () => {
  test('give events in their own shape or flat', () => {
    const flat = npyBytes({ descr: '<f4', shape: [2, 6], body: packed('<f4', [...HALVES, ...HALVES]) });
    const shaped = npyBytes({ descr: '<f8', shape: [1, 2, 3, 1], body: packed('<f8', HALVES) });
    expect(inputs('x.npy', flat)).toEqual([RAW, RAW]);
    expect(inputs('X.NPY', shaped)).toEqual([RAW]);
  });

  test('with NaN are refused with event and value', () => {
    const bytes = npyBytes({
      descr: '<f4',
      shape: [2, 6],
      body: packed('<f4', [...HALVES, 0, 0, 0, NaN, 0, 0]),
    });
    expect(refusal('x.npy', bytes)).toContain(
      'VEC004: the input holds NaN, which no fixed-point type can hold\n  at x.npy › event 1, value 3',
    );
  });

  test('that cannot be read are named', () => {
    expect(refusal('x.npy', 'hello, world')).toBe(
      'error VEC002: cannot be read as a NumPy file: it does not begin as a .npy file does\n  at x.npy',
    );
    expect(refusal('x.npz', 'hello, world')).toBe(
      'error VEC002: cannot be read as a NumPy file: it is no complete zip archive\n  at x.npz',
    );
  });
});

describe('files', () => {
  test('that are not there, or are folders, are refused', () => {
    const { path } = temporaryFolder();
    mkdirSync(join(path, 'x.csv'));
    expect(() => readEvents(join(path, 'y.json'), inputModel('int<8>'))).toThrow(
      `error IMP001: there is no such file\n  at ${join(path, 'y.json')}`,
    );
    expect(() => readEvents(join(path, 'x.csv'), inputModel('int<8>'))).toThrow(
      `error IMP001: is a folder, not a file\n  at ${join(path, 'x.csv')}`,
    );
  });
});
