import { formatText } from 'fixed-point-ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../model/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { importModel } from '../index.ts';
import { filtersLast } from './read-weights.ts';

const GOLDEN = join(import.meta.dirname, '../../../golden/sparsepixels');

interface Type {
  signed: boolean;
  bits: number;
  int_bits: number;
  sat_bits: number;
  quant: string;
  overflow: string;
}
interface DesignJson {
  layers: ({
    name: string;
    op: string;
    config: Record<string, unknown>;
    in_type: Type;
    out_type: Type;
  } & Record<string, unknown>)[];
  input_shape: number[];
  [field: string]: unknown;
}
type WeightsJson = Record<string, { raw: unknown[]; txt_values?: string[]; type: Type }>;

function designOf(name: string): { design: DesignJson; weights: WeightsJson } {
  const read = (file: string) => JSON.parse(readFileSync(join(GOLDEN, name, file), 'utf8')) as unknown;
  return { design: read('design.json') as DesignJson, weights: read('weights.json') as WeightsJson };
}

/** What reading the design says once `spoil` has had its way with it; the place is relative to the folder. */
function refusal(spoil: (files: ReturnType<typeof designOf>) => void, name = 'neutrino-8b-sparse_t'): string {
  const files = designOf(name);
  spoil(files);
  const folder = temporaryFolder();
  folder.write('design.json', files.design);
  folder.write('weights.json', files.weights);
  return messageOf(folder.path);
}

function messageOf(folder: string): string {
  try {
    importModel(folder);
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(`${folder}/`, '');
    throw error;
  }
  return 'nothing';
}

const layer = (design: DesignJson, name: string) =>
  design.layers.find((candidate) => candidate.name === name)!;

describe('a published design', () => {
  const { model, mapping } = importModel(join(GOLDEN, 'neutrino-8b-sparse_m'));

  test('has its layers in call order, with the names of the design', () => {
    expect(model.name).toBe('neutrino-8b-sparse_m');
    expect(model.layers.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      'sparse array creation: sparse-input-reduce',
      'sparse conv1: sparse-conv2d',
      'sparse relu1: sparse-relu',
      'sparse conv2: sparse-conv2d',
      'sparse relu2: sparse-relu',
      'sparse pool2: sparse-average-pool2d',
      'sparse flatten: sparse-flatten',
      'dense1: dense',
      'relu3: relu',
      'dense2: dense',
      'sigmoid: sigmoid',
    ]);
  });

  test('accumulates sparse convolutions in the type that the kernel instantiates', () => {
    const accumulators = model.layers.flatMap((each) =>
      each.kind === 'sparse-conv2d' ? [formatText(each.accumulator)] : [],
    );
    expect(accumulators).toEqual(['ufixed<8,2,RND_CONV,SAT>', 'ufixed<8,2,RND_CONV,SAT>']);
  });

  test('says how it is built', () => {
    expect(mapping).toMatchObject({
      profile: 'sparsepixels-0.2.1',
      part: 'xcu250-figd2104-2L-e',
      clockNs: 5,
      clockUncertaintyNs: 1.35,
      io: 'parallel',
      layers: { dense1: { strategy: 'latency', reuseFactor: 1 } },
    });
  });
});

describe('weights of several channels and filters', () => {
  test('go from the order of the kernel (filter, channel) to that of the Model (channel, filter)', () => {
    const type = {
      signed: true,
      width: 8,
      integerBits: 8,
      rounding: 'TRN',
      overflow: 'WRAP',
      saturationBits: 0,
    } as const;
    // 1 x 2 taps, 2 channels, 3 filters; the digits of each value are tap, filter, channel
    const raw = [0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121].map(BigInt);
    const ordered = filtersLast({ shape: [1, 2, 2, 3], type, raw });
    expect(ordered.raw?.map(Number)).toEqual([0, 10, 20, 1, 11, 21, 100, 110, 120, 101, 111, 121]);
  });
});

describe('files', () => {
  test('that break off are refused with the place', () => {
    const folder = temporaryFolder();
    const text = JSON.stringify(designOf('neutrino-8b-sparse_t').design, null, 1);
    folder.write('design.json', text.split('\n').slice(0, 10).join('\n'));
    expect(messageOf(folder.path)).toMatch(
      /^error IMP002: is truncated: the JSON breaks off at line 10, column \d+\n {2}at design.json\n {2}mend: write or copy the file again$/,
    );
  });

  test('that are missing are named', () => {
    const folder = temporaryFolder();
    folder.write('design.json', designOf('neutrino-8b-sparse_t').design);
    expect(messageOf(folder.path)).toBe('error IMP001: there is no such file\n  at weights.json');
  });

  test('that are folders are refused', () => {
    const folder = temporaryFolder();
    folder.write('design.json', designOf('neutrino-8b-sparse_t').design);
    expect(messageOf(join(folder.path, 'design.json', '..'))).toContain('weights.json');
  });

  test.each([
    ['', 'error IMP002: is empty\n  at design.json\n  mend: write or copy the file again'],
    [
      'null',
      'error IMP003: Invalid input: expected object, received null\n  at design.json\n  mend: write the folder again',
    ],
    [
      '[]',
      'error IMP003: Invalid input: expected object, received array\n  at design.json\n  mend: write the folder again',
    ],
    [
      '{}',
      'error IMP003: is missing (string) (and 5 more)\n  at design.json › design\n  mend: mend this field of design.json, or write the folder again',
    ],
  ])('whose design is %j are refused', (text, message) => {
    const folder = temporaryFolder();
    folder.write('design.json', text);
    folder.write('weights.json', {});
    expect(messageOf(folder.path)).toBe(message);
  });
});

describe('weights', () => {
  test('that are missing are named with their layer', () => {
    expect(refusal(({ weights }) => delete weights.w5)).toBe(
      "error IMP010: the array is missing\n  at weights.json › layer 'sparse conv2' › w5\n  mend: add 'w5' to the file",
    );
  });

  test('named like what every object has are missing too', () => {
    expect(refusal(({ design }) => (layer(design, 'sparse conv2').weights = 'constructor'))).toBe(
      "error IMP010: the array is missing\n  at weights.json › layer 'sparse conv2' › constructor\n  mend: add 'constructor' to the file",
    );
  });

  test('of another number than the shape needs are refused', () => {
    expect(refusal(({ weights }) => weights.b2.raw.push(0))).toBe(
      "error IMP011: has 2 values, the layer's shape [1] needs 1\n  at weights.json › layer 'sparse conv1' › b2",
    );
  });

  test('of another type than the layer reads are refused, also where only the sign differs', () => {
    expect(refusal(({ weights }) => (weights.b2.type.signed = false))).toMatch(
      /^error IMP012: is of type ufixed<(\d+,-?\d+)>, the layer reads fixed<\1>\n {2}at weights.json › layer 'sparse conv1' › b2$/,
    );
  });

  test('off their grid as raw integers are refused', () => {
    expect(refusal(({ weights }) => (weights.w2.raw[3] = 1.5))).toMatch(
      /^error IMP013: raw 1.5 is off the grid: not a whole number\n {2}at weights.json › layer 'sparse conv1' › w2\[3\]\n {2}mend: round the weight to a multiple of 2\^-\d+$/,
    );
  });

  test('outside their type are refused', () => {
    expect(refusal(({ weights }) => (weights.w2.raw[0] = 100_000))).toMatch(
      /^error IMP013: raw 100000 is outside -\d+ to \d+\n {2}at weights.json › layer 'sparse conv1' › w2\[0\]/,
    );
  });

  test('beyond the exact numbers of JSON are refused', () => {
    expect(refusal(({ weights }) => (weights.w2.raw[0] = 2 ** 60))).toMatch(
      /^error IMP013: raw 1152921504606847000 is beyond 2\^53, where JSON numbers lose digits/,
    );
  });

  test('that are no numbers are refused', () => {
    expect(refusal(({ weights }) => (weights.w2.raw[0] = '5'))).toBe(
      'error IMP004: Invalid input: expected number, received string\n  at weights.json › w2.raw[0]',
    );
  });

  test('that are NaN are refused where the file says so', () => {
    const { design, weights } = designOf('neutrino-8b-sparse_t');
    const folder = temporaryFolder();
    folder.write('design.json', design);
    folder.write('weights.json', JSON.stringify(weights).replace('"raw":[', '"raw":[NaN,'));
    expect(messageOf(folder.path)).toMatch(
      /^error IMP002: holds NaN at line 1, column \d+, which is no number in JSON and no value of a fixed-point type\n {2}at weights.json\n {2}mend: replace it by a number$/,
    );
  });

  describe('whose decimal text is given beside them', () => {
    const withText = (text: (decimal: string) => string) =>
      refusal(({ weights }) => {
        const { raw, type } = weights.w2;
        const decimals = raw.map((value) => String(Number(value) * 2 ** (type.int_bits - type.bits)));
        weights.w2.txt_values = [text(decimals[0]), ...decimals.slice(1)];
      });

    test.each([
      ['the same number', (decimal: string) => decimal],
      ['in scientific notation', (decimal: string) => `${decimal}e0`],
      ['with spaces and zeros', (decimal: string) => ` ${decimal}${decimal.includes('.') ? '000' : '.000'} `],
    ])('are taken when it is %s', (_sentence, text) => {
      expect(withText(text)).toBe('nothing');
    });

    test.each([
      ['a digit off', (decimal: string) => `${decimal}${decimal.includes('.') ? '' : '.'}0000000000000001`],
      ['no number', () => 'nan'],
      ['empty', () => ''],
      ['of an exponent that nobody can expand', () => '1e999999999'],
      ['hexadecimal', () => '0x10'],
    ])('are refused when it is %s', (_sentence, text) => {
      expect(withText(text)).toMatch(
        /^error IMP013: .* is not raw -?\d+ x 2\^-\d+\n {2}at weights.json › layer 'sparse conv1' › w2\[0\]\n {2}mend: round/,
      );
    });
  });
});

describe('a design', () => {
  test('with an unknown call is refused by the name of its layer', () => {
    expect(refusal(({ design }) => (layer(design, 'sparse conv2').op = 'sparse_conv_3d'))).toMatch(
      /^error IMP003: .*\n {2}at design.json › layer 'sparse conv2' › op\n {2}mend: use one of sparse_input_reduce, sparse_conv, /,
    );
  });

  test('with a call that lacks a field is refused at that field', () => {
    expect(refusal(({ design }) => delete layer(design, 'sparse conv2').kernel_size)).toBe(
      "error IMP003: is missing (number)\n  at design.json › layer 'sparse conv2' › kernel_size\n  mend: mend this field of design.json, or write the folder again",
    );
  });

  test.each([
    ['bits', 0, 'width must be 1 to 1024 bits, not 0'],
    ['int_bits', 1_000_000_000, 'integer bits must be a whole number within +-65536, not 1000000000'],
    ['sat_bits', 99, 'saturation bits must be 0 to 8, not 99'],
  ] as const)('with a type whose %s is %i is refused', (field, value, what) => {
    expect(refusal(({ design }) => (layer(design, 'sparse conv2').out_type[field] = value))).toBe(
      `error IMP003: ${what}\n  at design.json › layer 'sparse conv2' › out_type\n  mend: give a type by its fields signed, bits, int_bits, quant, overflow and sat_bits`,
    );
  });

  test('with an unknown rounding mode is refused', () => {
    expect(refusal(({ design }) => (layer(design, 'dense1').in_type.quant = 'AP_ROUND'))).toMatch(
      /^error IMP003: Invalid option: expected one of "AP_TRN".*\n {2}at design.json › layer 'dense1' › in_type.quant\n {2}mend: give a type by its fields signed, bits, int_bits, quant, overflow and sat_bits$/,
    );
  });

  test('with a negative size is refused', () => {
    expect(refusal(({ design }) => (design.input_shape = [63, -63, 1]))).toBe(
      'error IMP003: Too small: expected number to be >=1\n  at design.json › input_shape[1]\n  mend: mend this field of design.json, or write the folder again',
    );
  });

  test('whose first call expects another image is refused', () => {
    expect(refusal(({ design }) => (design.input_shape = [64, 63, 1]))).toBe(
      "error IMP014: states an input of 63 x 63 x 1, it gets 64 x 63 x 1\n  at design.json › layer 'sparse array creation'",
    );
  });

  test('with kept pixels that no memory holds is refused', () => {
    expect(refusal(({ design }) => design.layers.forEach((each) => (each.n_max_pixels = 1e9)))).toMatch(
      /^error MOD017: has 1000000000 elements, at most 134217728 can be held \(and \d+ more\)\n {2}at design.json › tensors\./,
    );
  });

  test('whose calls do not connect is refused', () => {
    expect(refusal(({ design }) => (layer(design, 'sparse conv2').in_features = 'elsewhere'))).toBe(
      "error IMP014: reads 'elsewhere', which no call before it writes\n  at design.json › layer 'sparse conv2'",
    );
  });

  test('in which a call reads another type than was written is refused', () => {
    expect(refusal(({ design }) => (layer(design, 'sparse conv2').in_type.int_bits = 3))).toBe(
      "error IMP014: differs from the type of 'sparse_arr_feat_act1_out'\n  at design.json › layer 'sparse conv2' › in_type",
    );
  });

  test('with a shape that does not follow is refused', () => {
    expect(refusal(({ design }) => (layer(design, 'sparse conv2').n_max_pixels = 4))).toMatch(
      /^error MOD016: has shape \[4, 3\], expected \[8, any\]: outputs stand where inputs stand.*\n {2}at design.json › layer 'sparse conv2' › outputs\[0\]$/,
    );
  });

  test('that begins with a call on kept pixels is refused', () => {
    expect(refusal(({ design }) => design.layers.shift())).toBe(
      "error IMP014: a design cannot begin with sparse_conv: it reads kept pixels that nothing has made\n  at design.json › layer 'sparse conv1'",
    );
  });

  test.each([
    [1000, 'must be a power of two'],
    [2 ** 21, 'Too big: expected number to be <=1048576'],
  ])('with a softmax table of %i entries is refused', (size, what) => {
    expect(
      refusal(({ design }) => (layer(design, 'softmax').config.table_size = size), 'jet-8b-sparse_t'),
    ).toBe(
      `error IMP003: ${what}\n  at design.json › layer 'softmax' › config.table_size\n  mend: mend this field of design.json, or write the folder again`,
    );
  });

  test('with a sigmoid table that its range does not divide is refused', () => {
    expect(refusal(({ design }) => (layer(design, 'sigmoid').config.table_size = 1000))).toBe(
      "error MOD016: has 1000 entries, which is no multiple of 2 x range = 16\n  at design.json › layer 'sigmoid' › table",
    );
  });
});
