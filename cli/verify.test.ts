import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../sim/import/temporary-folder.ts';
import { builtCli } from './built-cli.ts';

const run = builtCli();
const GOLDEN = join(import.meta.dirname, '../golden/sparsepixels');
const DESIGN = 'neutrino-8b-sparse_t';

/** Values of one recorded event's arrays, outputs included, and how many arrays there are. */
function recordedTotals(design: string) {
  const { events } = JSON.parse(readFileSync(join(GOLDEN, design, 'vectors.json'), 'utf8')) as {
    events: { y_raw: number[] }[];
  };
  const { events: layers } = JSON.parse(
    gunzipSync(readFileSync(join(GOLDEN, design, 'layers.json.gz'))).toString(),
  ) as {
    events: Record<string, Record<string, number[]>>;
  };
  const arrays = [
    ...events.map(({ y_raw }) => y_raw),
    ...Object.values(layers).flatMap((event) => Object.values(event)),
  ];
  return {
    events: events.length,
    arrays: arrays.length,
    values: arrays.reduce((sum, array) => sum + array.length, 0),
  };
}

type Json = Record<string, unknown>;

/** A copy of a design in a folder of its own, with some of its files changed. */
function spoiled(
  change: (folder: { readonly edit: (file: string, edit: (json: Json) => void) => void }) => void,
): string {
  const { path } = temporaryFolder();
  const folder = join(path, DESIGN);
  cpSync(join(GOLDEN, DESIGN), folder, { recursive: true });
  change({
    edit(file, edit) {
      const place = join(folder, file);
      const packed = file.endsWith('.gz');
      const bytes = readFileSync(place);
      const json = JSON.parse((packed ? gunzipSync(bytes) : bytes).toString()) as Json;
      edit(json);
      writeFileSync(place, packed ? gzipSync(JSON.stringify(json)) : JSON.stringify(json));
    },
  });
  return folder;
}

interface VerifyReport {
  readonly mismatchedEvents: number;
  readonly mismatchedValues: number;
  readonly firstDivergence: {
    readonly event: string;
    readonly layer: string;
    readonly tensor: string;
    readonly element: number;
    readonly bit: number;
    readonly expected: { readonly raw: number; readonly value: string };
    readonly got: { readonly raw: number; readonly value: string };
    readonly operands: readonly { readonly name: string; readonly index: number; readonly raw: number }[];
  };
}
const verifyJson = (folder: string, ...options: readonly string[]) => {
  const { code, stdout } = run(['verify', folder, '--json', ...options]);
  return { code, report: JSON.parse(stdout) as VerifyReport };
};

describe('pipewright verify', () => {
  test.each([
    [DESIGN, 'reference'],
    [DESIGN, 'compiled'],
    ['sparsemnist-16b-full', 'compiled'],
  ])('of %s by the %s evaluator compares every recorded array and exits 0', (design, evaluator) => {
    const { code, stdout, stderr } = run([
      'verify',
      join(GOLDEN, design),
      '--evaluator',
      evaluator,
      '--json',
    ]);
    const { events, arrays, values } = recordedTotals(design);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      events,
      mismatchedEvents: 0,
      values,
      mismatchedValues: 0,
      arraysCompared: arrays,
      evaluator,
      firstDivergence: null,
    });
  });

  test('says in one line that all is equal', () => {
    const { events, arrays, values } = recordedTotals(DESIGN);
    expect(run(['verify', join(GOLDEN, DESIGN)])).toEqual({
      code: 0,
      stdout: `EQUAL  ${DESIGN}: ${events} events, 0 differ; ${values} values in ${arrays} arrays, 0 differ (compiled evaluator)\n`,
      stderr: '',
    });
  });

  test('takes vectors from elsewhere, with the recorded arrays beside them', () => {
    const vectors = join(GOLDEN, DESIGN, 'vectors.json');
    const { path } = temporaryFolder();
    for (const file of ['design.json', 'weights.json']) cpSync(join(GOLDEN, DESIGN, file), join(path, file));
    const { code, report } = verifyJson(path, '--vectors', vectors);
    expect(code).toBe(0);
    expect(report).toMatchObject({ arraysCompared: recordedTotals(DESIGN).arrays, mismatchedValues: 0 });
  });

  test('shows examples in its help', () => {
    const { code, stdout } = run(['verify', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n( {2}\$ pipewright verify .*\n?){2,}/);
  });
});

describe('a difference', () => {
  test('of one bit in one recorded intermediate value is found there, and exits 1', () => {
    const folder = spoiled(({ edit }) =>
      edit('layers.json.gz', (json) => {
        const { syn09 } = json.events as Record<string, Record<string, number[]>>;
        syn09.layer10_out[5] ^= 4;
      }),
    );
    const { code, report } = verifyJson(folder);
    expect(code).toBe(1);
    expect(report).toMatchObject({
      mismatchedEvents: 1,
      mismatchedValues: 1,
      firstDivergence: { event: 'syn09', layer: 'dense1', tensor: 'layer10_out', element: 5, bit: 2 },
    });
  });

  test('of one bit in one recorded output is found in the last layer', () => {
    const folder = spoiled(({ edit }) =>
      edit('vectors.json', (json) => {
        (json.events as { y_raw: number[] }[])[40].y_raw[0] ^= 1;
      }),
    );
    const { code, report } = verifyJson(folder);
    expect(code).toBe(1);
    expect(report).toMatchObject({
      mismatchedEvents: 1,
      mismatchedValues: 1,
      firstDivergence: { event: 'tb040', layer: 'sigmoid', element: 0, bit: 0 },
    });
    expect(report.firstDivergence.operands).toHaveLength(1);
  });

  test('of one bit in one weight is found in the layer of that weight, with the weight among the operands', () => {
    // the middle tap of the 7 x 7 kernel, which every kept pixel meets
    const folder = spoiled(({ edit }) =>
      edit('weights.json', (json) => {
        const { raw } = (json as Record<string, { raw: number[] }>).w2;
        raw[24] ^= 8;
      }),
    );
    const { w2 } = JSON.parse(readFileSync(join(folder, 'weights.json'), 'utf8')) as Record<
      string,
      { raw: number[] }
    >;
    const { code, report } = verifyJson(folder);
    expect(code).toBe(1);
    expect(report.firstDivergence).toMatchObject({ layer: 'sparse conv1' });
    expect(report.firstDivergence.operands).toContainEqual(
      expect.objectContaining({ name: 'w2', index: 24, raw: w2.raw[24] }),
    );
  });

  test('is shown with place, both values, and operands', () => {
    const folder = spoiled(({ edit }) =>
      edit('layers.json.gz', (json) => {
        const { tb000 } = json.events as Record<string, Record<string, number[]>>;
        tb000.layer12_out[0] ^= 1;
      }),
    );
    const { code, stdout } = run(['verify', folder]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(
        [
          `^DIFFERENT {2}${DESIGN}: 80 events, 1 differ; \\d+ values in \\d+ arrays, 1 differ \\(compiled evaluator\\)`,
          "first divergence: event tb000, layer 'relu3', layer12_out\\[0\\] \\(element 0\\), ufixed<8,2,RND_CONV,SAT>",
          ' {2}expected [0-9.]+ \\(raw \\d+\\)',
          ' {2}got {6}[0-9.]+ \\(raw \\d+\\); the highest bit that differs is bit 0',
          ' {2}made from',
          ' {4}layer10_out\\[0\\] = -?[0-9.]+ \\(raw -?\\d+\\)\n$',
        ].join('\n'),
      ),
    );
  });
});

describe('bad input to pipewright verify', () => {
  /** Exit code and message, the folder left out. */
  const refusal = (folder: string, ...options: readonly string[]) => {
    const { code, stdout, stderr } = run(['verify', folder, ...options]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    return { code, stdout, stderr: stderr.replaceAll(`${folder}/`, '').replaceAll(folder, '.') };
  };
  const refused = (message: string) => ({ code: 2, stdout: '', stderr: `error ${message}\n` });

  test('like a missing weights file exits 2', () => {
    const { path } = temporaryFolder();
    cpSync(join(GOLDEN, DESIGN, 'design.json'), join(path, 'design.json'));
    expect(refusal(path)).toEqual(refused('IMP001: there is no such file\n  at weights.json'));
  });

  test('like a weight off its grid exits 2 with file, layer and field', () => {
    const folder = spoiled(({ edit }) =>
      edit('weights.json', (json) => {
        (json as Record<string, { raw: number[] }>).w2.raw[3] = 1.5;
      }),
    );
    expect(refusal(folder)).toEqual(
      refused(
        "IMP013: raw 1.5 is off the grid: not a whole number\n  at weights.json › layer 'sparse conv1' › w2[3]\n  mend: round the weight to a multiple of 2^-5",
      ),
    );
  });

  test('like an unknown layer exits 2 with the layer', () => {
    const folder = spoiled(({ edit }) =>
      edit('design.json', (json) => {
        (json.layers as Json[])[1].op = 'sparse_conv_3d';
      }),
    );
    const { code, stderr } = refusal(folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error IMP003: .*"sparse_conv_3d" is unknown.*\n {2}at design.json › layer 'sparse conv1' › op\n {2}mend: use one of .*\n$/,
    );
  });

  test('like recorded outputs of another size exits 2 with file, event and array', () => {
    const folder = spoiled(({ edit }) =>
      edit('vectors.json', (json) => {
        (json.events as { y_raw: number[] }[])[0].y_raw.push(1);
      }),
    );
    expect(refusal(folder)).toEqual(
      refused(
        "VEC008: has 2 recorded values, the Model makes 1\n  at vectors.json › event tb000, array 'layer15_out'",
      ),
    );
  });

  test('like a recorded array that the Model does not have exits 2', () => {
    const folder = spoiled(({ edit }) =>
      edit('layers.json.gz', (json) => {
        (json.events as Record<string, Record<string, number[]>>).tb000.layer99_out = [1];
      }),
    );
    expect(refusal(folder)).toEqual(
      refused(
        "VEC008: the Model has no tensor of this name\n  at vectors.json › event tb000, array 'layer99_out'",
      ),
    );
  });

  test('like no recorded events exits 2: nothing compared is not equal', () => {
    const folder = spoiled(({ edit }) => edit('vectors.json', (json) => (json.events = [])));
    expect(refusal(folder)).toEqual(refused('VEC003: there are none\n  at vectors.json › events'));
  });

  test('like a design without vectors exits 2 and says how to give them', () => {
    const { path } = temporaryFolder();
    for (const file of ['design.json', 'weights.json']) cpSync(join(GOLDEN, DESIGN, file), join(path, file));
    expect(refusal(path)).toEqual(
      refused('VEC009: has no recorded events of its own\n  at .\n  mend: give them with --vectors FILE'),
    );
  });

  test('like vectors without outputs exits 2', () => {
    const folder = spoiled(({ edit }) =>
      edit('vectors.json', (json) => {
        delete (json.events as { y_raw?: number[] }[])[3].y_raw;
      }),
    );
    expect(existsSync(join(folder, 'vectors.json'))).toBe(true);
    expect(refusal(folder)).toEqual(
      refused(
        'VEC010: has no recorded outputs to compare with\n  at vectors.json › event tb003\n  mend: use evaluate for inputs alone, add y_raw to the event, or name an oracle with --against',
      ),
    );
  });

  test('is told as data too with --json', () => {
    const { code, stdout } = run(['verify', join(GOLDEN, 'nowhere'), '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'IMP001', file: join(GOLDEN, 'nowhere'), what: 'there is no such file or folder' },
    });
  });
});
