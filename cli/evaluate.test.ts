import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { toNumber } from 'fixed-point-ts';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCase } from '../bench/hls4ml-case.ts';
import { npyBytes, packed } from '../sim/import/vectors/npy-bytes.ts';
import { readNpy } from '../sim/import/vectors/numpy.ts';
import { temporaryFolder } from '../sim/import/temporary-folder.ts';
import { readRecordedEvents } from '../sim/import/vectors/index.ts';
import { importModel } from '../sim/import/index.ts';
import { builtCli } from './built-cli.ts';

const run = builtCli();
const GOLDEN = join(import.meta.dirname, '../golden/sparsepixels');
const DESIGN = join(GOLDEN, 'jet-8b-sparse_t');
const VECTORS = join(DESIGN, 'vectors.json');

interface Recorded {
  readonly events: readonly { readonly id: string; readonly y_raw: readonly number[] }[];
}
const { events: recorded } = JSON.parse(readFileSync(VECTORS, 'utf8')) as Recorded;

interface Tensor {
  readonly raw: readonly number[];
  readonly values: readonly number[];
}
interface Report {
  readonly events: readonly {
    readonly id: string;
    readonly outputs: Readonly<Record<string, Tensor>>;
    readonly layers?: Readonly<Record<string, Tensor & { readonly layer: string }>>;
  }[];
}
const parsed = (text: string) => JSON.parse(text) as Report;

/** Outputs are ap_fixed<16,6>: ten fraction bits. */
const scores = recorded.map(({ y_raw }) => y_raw.map((raw) => raw / 1024));

describe('pipewright evaluate --json', () => {
  test('gives id and outputs of every event, as raw integers and as numbers, equal to what csim recorded', () => {
    const { code, stdout, stderr } = run(['evaluate', DESIGN, '--input', VECTORS, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const expected = recorded.map(({ id, y_raw }, event) => ({
      id,
      outputs: { layer15_out: { raw: y_raw, values: scores[event] } },
    }));
    expect(JSON.parse(stdout)).toEqual({ events: expected });
  });

  test('gives every layer output with --layers, equal to what csim recorded', () => {
    const { code, stdout } = run([
      'evaluate',
      DESIGN,
      '-i',
      VECTORS,
      '-l',
      '--json',
      '--evaluator',
      'reference',
    ]);
    expect(code).toBe(0);
    const { model } = importModel(DESIGN);
    const reports = parsed(stdout).events;
    const names = model.layers.flatMap(({ name, outputs }) => outputs.map((tensor) => [tensor, name]));
    for (const { id, layers } of readRecordedEvents(VECTORS, model)) {
      const report = reports.find((event) => event.id === id)!;
      expect(Object.entries(report.layers!).map(([tensor, { layer }]) => [tensor, layer])).toEqual(names);
      for (const [tensor, raw] of Object.entries(layers ?? {})) {
        expect(report.layers![tensor].raw.join(), `${id}, ${tensor}`).toBe(raw.join());
      }
    }
  });

  test('is the same from both evaluators', () => {
    const by = (evaluator: string) =>
      run(['evaluate', DESIGN, '-i', VECTORS, '--json', '--evaluator', evaluator]);
    expect(by('reference')).toEqual(by('compiled'));
  });

  test('differs with wide accumulators, which round once', () => {
    const { code, stdout } = run(['evaluate', DESIGN, '-i', VECTORS, '--json', '--accumulator', 'wide']);
    expect(code).toBe(0);
    const different = parsed(stdout).events.filter(
      ({ outputs }, event) => outputs.layer15_out.raw.join() !== recorded[event].y_raw.join(),
    );
    expect(different.length).toBeGreaterThan(recorded.length / 2);
  });
});

describe('pipewright evaluate', () => {
  test('prints a line an event for people', () => {
    const { code, stdout } = run(['evaluate', DESIGN, '-i', VECTORS]);
    expect(code).toBe(0);
    const lines = recorded.map(
      ({ id, y_raw }, event) => `${id}  layer15_out  ${scores[event].join(' ')}  (raw ${y_raw.join(' ')})`,
    );
    expect(stdout.trimEnd().split('\n')).toEqual(lines);
  });

  test('reads images of every sort alike', () => {
    const { model } = importModel(DESIGN);
    const [event] = readRecordedEvents(VECTORS, model);
    const pixels = event.input.map((raw) => Number(raw) / 128);
    const [height, width, channels] = model.tensors[model.inputs[0]].shape;
    const rows = Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (_c, column) => [pixels[row * width + column]]),
    );
    const folder = temporaryFolder();
    const files = [
      folder.write('flat.json', [pixels]),
      folder.write('nested.json', [rows]),
      folder.write('x.csv', pixels.join(',')),
      folder.write('x.dat', `${pixels.join(' ')}\n`),
      folder.write(
        'x.npy',
        npyBytes({ descr: '<f4', shape: [1, height, width, channels], body: packed('<f4', pixels) }),
      ),
    ];
    for (const file of files) {
      const { code, stdout } = run(['evaluate', DESIGN, '-i', file, '--json']);
      expect(code, file).toBe(0);
      expect(parsed(stdout).events.map(({ outputs }) => outputs.layer15_out.raw)).toEqual([
        recorded[0].y_raw,
      ]);
    }
  });

  test('shows examples in its help', () => {
    const { code, stdout } = run(['evaluate', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: pipewright evaluate \[options\] <model>/);
    expect(stdout).toMatch(/Examples:\n( {2}\$ pipewright evaluate .*\n?){2,}/);
  });
});

describe('pipewright evaluate --out', () => {
  const write = (name: string) => {
    const folder = temporaryFolder();
    const result = run(['evaluate', DESIGN, '-i', VECTORS, '--out', join(folder.path, name)]);
    expect(result).toEqual({
      code: 0,
      stdout: `80 events written to ${join(folder.path, name)}\n`,
      stderr: '',
    });
    expect(readdirSync(folder.path)).toEqual([name]);
    return readFileSync(join(folder.path, name));
  };

  test('writes .json as --json prints it', () => {
    const { stdout } = run(['evaluate', DESIGN, '-i', VECTORS, '--json']);
    expect(write('scores.json').toString()).toBe(stdout);
  });

  test('writes .npy with an event a row', () => {
    const { shape, values } = readNpy(write('scores.npy'));
    expect(shape).toEqual([80, 5]);
    expect(Array.from(values)).toEqual(scores.flat());
  });

  test.each([
    ['scores.csv', ','],
    ['scores.txt', ' '],
  ])('writes %s with a line an event', (name, separator) => {
    expect(write(name).toString()).toBe(scores.map((row) => `${row.join(separator)}\n`).join(''));
  });

  test('writes to what is no regular file without replacing it', () => {
    expect(run(['evaluate', DESIGN, '-i', VECTORS, '--out', '/dev/null']).code).toBe(0);
    expect(readdirSync('/dev').filter((name) => name.startsWith('null'))).toEqual(['null']);
    expect(readFileSync('/dev/null', 'utf8')).toBe('');
  });

  test.each([
    ['missing/scores.npy', 'cannot be written (ENOENT)', 'make the folder first'],
    ['folder.json', 'is a folder', 'check the place and the free space'],
  ])('to %s is refused, and leaves nothing', (name, what, mend) => {
    const { path } = temporaryFolder();
    mkdirSync(join(path, 'folder.json'));
    const result = run(['evaluate', DESIGN, '-i', VECTORS, '--out', name], path);
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr: `error CLI001: ${what}\n  at ${name}\n  mend: ${mend}\n`,
    });
    expect(readdirSync(path)).toEqual(['folder.json']);
  });
});

describe('bad input to pipewright evaluate', () => {
  const mend = 'mend: write or copy the file again';
  const folderWith = (files: Readonly<Record<string, unknown>>) => {
    const folder = temporaryFolder();
    for (const [name, content] of Object.entries(files)) folder.write(name, content);
    return folder.path;
  };
  const nan = npyBytes({
    descr: '<f4',
    shape: [1, 3136],
    body: packed(
      '<f4',
      Array.from({ length: 3136 }, (_, at) => (at === 7 ? NaN : 0)),
    ),
  });

  test.each<readonly [string, string, unknown, string]>([
    [
      'truncated JSON',
      'x.json',
      '[[0, 1',
      `IMP002: is truncated: the JSON breaks off at line 1, column 7\n  at x.json\n  ${mend}`,
    ],
    [
      'NaN in JSON',
      'x.json',
      '[[0, NaN]]',
      'IMP002: holds NaN at line 1, column 6, which is no number in JSON and no value of a fixed-point type\n  at x.json\n  mend: replace it by a number',
    ],
    ['an empty file', 'x.json', '', `IMP002: is empty\n  at x.json\n  ${mend}`],
    ['JSON null', 'x.json', 'null', 'VEC001: Invalid input: expected object, received null\n  at x.json'],
    [
      'an image of another shape',
      'x.json',
      '[[1, 2, 3]]',
      'VEC003: the input has shape [1, 3], the Model takes events of shape [56, 56, 1]\n  at x.json\n  mend: give [events, 56, 56, 1] or [events, 3136]',
    ],
    [
      'NaN in .npy',
      'x.npy',
      nan,
      'VEC004: the input holds NaN, which no fixed-point type can hold\n  at x.npy › event 0, value 7\n  mend: replace it by a number that the input type can hold',
    ],
    [
      'an unreadable .npy',
      'x.npy',
      'hello',
      'VEC002: cannot be read as a NumPy file: it does not begin as a .npy file does\n  at x.npy',
    ],
    [
      'a truncated .npy',
      'x.npy',
      nan.subarray(0, 1000),
      'VEC002: cannot be read as a NumPy file: it breaks off: 3136 values of 4 bytes are promised, 872 bytes are there\n  at x.npy',
    ],
    ['a word in .csv', 'x.csv', '1,2\n1,two\n', "VEC005: 'two' is no number\n  at x.csv › line 2, value 2"],
  ])(
    'like %s exits 2 with one message, no trace, and nothing written',
    (_sentence, name, content, message) => {
      const cwd = folderWith({ [name]: content });
      const result = run(['evaluate', DESIGN, '--input', name, '--out', 'scores.npy'], cwd);
      expect(result).toEqual({ code: 2, stdout: '', stderr: `error ${message}\n` });
      expect(readdirSync(cwd)).toEqual([name]);
    },
  );

  test.each([
    [
      'a model that is not there',
      ['nowhere', '-i', VECTORS],
      'IMP001: there is no such file or folder\n  at nowhere',
    ],
    [
      'an input that is not there',
      [DESIGN, '-i', 'nowhere.npy'],
      'IMP001: there is no such file\n  at nowhere.npy',
    ],
    ['a folder as input', [DESIGN, '-i', GOLDEN], `IMP001: is a folder, not a file\n  at ${GOLDEN}`],
    [
      'an evaluator that is not there',
      [DESIGN, '-i', VECTORS, '--evaluator', 'fast'],
      "CLI003: there is no evaluator 'fast'\n  at --evaluator\n  mend: use one of: reference, compiled",
    ],
    [
      'an accumulator that is not there',
      [DESIGN, '-i', VECTORS, '--accumulator', 'huge'],
      "CLI004: there is no choice 'huge'\n  at --accumulator\n  mend: use published or wide",
    ],
  ])('like %s exits 2 with one message', (_sentence, args, message) => {
    expect(run(['evaluate', ...args])).toEqual({ code: 2, stdout: '', stderr: `error ${message}\n` });
  });

  test('is told as data too with --json', () => {
    const { code, stdout, stderr } = run(['evaluate', DESIGN, '--input', 'nowhere.npy', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'IMP001', file: 'nowhere.npy', what: 'there is no such file' },
    });
    expect(stderr).toBe('error IMP001: there is no such file\n  at nowhere.npy\n');
  });

  test('like a missing option exits 2 and points to the help', () => {
    const { code, stdout, stderr } = run(['evaluate', DESIGN]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe("error: required option '-i, --input <file>' not specified\n(--help shows how)\n");
  });
});

describe('a model of several inputs', () => {
  test('takes them by name, and gives what its firmware gives', () => {
    const folder = 'golden/hgq2/merges';
    const { inputs, outputs, events } = readCase(folder);
    const { model } = importModel(join(folder, 'model.keras'));
    const file = temporaryFolder().write(
      'events.json',
      JSON.stringify({
        inputs: Object.fromEntries(
          model.inputs.map((name) => [
            name,
            inputs.map((arrays) => arrays[name].map((raw) => toNumber(raw, model.tensors[name].type))),
          ]),
        ),
      }),
    );
    const { code, stdout, stderr } = run(['evaluate', join(folder, 'model.keras'), '-i', file, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const results = parsed(stdout).events;
    expect(results).toHaveLength(events);
    for (const [name, raw] of Object.entries(outputs))
      expect(results.map((result) => result.outputs[name].raw)).toEqual(raw.map((each) => each.map(Number)));
  });
});
