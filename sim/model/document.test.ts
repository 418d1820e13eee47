import { fc, test } from '@fast-check/vitest';
import { fixed, maxRaw, minRaw } from 'fixed-point-ts';
import { describe, expect } from 'vitest';
import { arbitraryFormat, arbitraryRaw } from '../evaluate/arbitrary-format.ts';
import { arbitraryModel } from '../evaluate/arbitrary-model.ts';
import { modelDocumentSchema, readModel, writeModel } from './document.ts';
import { sparseDocument } from './example-documents.ts';
import type { Constant, Model } from './model.ts';

/** What reading a written Model gives, by way of JSON text. */
function reread(model: Model): Model {
  const { document, bytes } = writeModel(model, 'model.bin');
  return readModel(JSON.parse(JSON.stringify(document)), bytes);
}

/** A Model, and constants of any types beside its own; every third one unknown. */
const arbitraryDocument = fc
  .tuple(arbitraryModel({ maxWidth: 64 }), fc.array(arbitraryFormat({ maxWidth: 200 }), { maxLength: 5 }))
  .chain(([model, types]) =>
    fc.tuple(
      fc.constant(model),
      ...types.map((type) =>
        fc.array(arbitraryRaw(type), { minLength: 4, maxLength: 4 }).map((raw) => ({ type, raw })),
      ),
    ),
  )
  .map(([model, ...more]): Model => {
    const extra = more.map(({ type, raw }, index): [string, Constant] => [
      `extra${index}`,
      { shape: [2, 2], type, raw: index % 3 === 2 ? null : raw },
    ]);
    return { ...model, source: 'drawn', constants: { ...model.constants, ...Object.fromEntries(extra) } };
  });

describe('writing and reading', () => {
  test.prop([arbitraryDocument], { numRuns: 200 })(
    'gives the same Model, for any types and unknown constants',
    (model) => {
      expect(reread(model)).toEqual(model);
    },
  );

  test('keeps both ends of types of every number of bytes', () => {
    const model = readModel(sparseDocument());
    const widths = [1, 7, 8, 9, 16, 17, 31, 32, 33, 53, 64, 65, 128, 129, 1024];
    const constants = widths.map((width): [string, Constant] => {
      const type = fixed(width, width);
      return [`w${width}`, { shape: [3], type, raw: [minRaw(type), maxRaw(type), 0n] }];
    });
    const wide = { ...model, constants: { ...model.constants, ...Object.fromEntries(constants) } };
    expect(reread(wide)).toEqual(wide);
  });

  test('stores values in the fewest bytes, little-endian, in the order of the constants', () => {
    const model = readModel({
      ...sparseDocument(),
      constants: {
        ...sparseDocument().constants,
        'conv.bias': { shape: [3], type: 'fixed<6,2>', raw: [1, -1, 2] },
        wide: { shape: [1], type: 'uint<24>', raw: [0x010203] },
      },
    });
    const { document, bytes } = writeModel(model, 'x.bin');
    expect(document.constants['conv.bias']).toEqual({ shape: [3], type: 'fixed<6,2>', offset: 54 });
    expect([...bytes.subarray(54, 57)]).toEqual([1, 255, 2]);
    expect([...bytes.subarray(-4)]).toEqual([3, 2, 1, 0]);
  });
});

describe('raw integers in the document itself', () => {
  test('are numbers, or decimal text where JSON numbers are not exact', () => {
    const document = {
      ...sparseDocument(),
      constants: {
        ...sparseDocument().constants,
        wide: {
          shape: [4],
          type: 'fixed<70,70>',
          raw: ['-590295810358705651712', '9007199254740993', 9007199254740991, '5'],
        },
      },
    };
    const { raw } = readModel(document).constants.wide;
    expect(raw).toEqual([-(2n ** 69n), 2n ** 53n + 1n, 2n ** 53n - 1n, 5n]);
  });

  test('are written back as text beyond the exact numbers', () => {
    const { layers, ...rest } = modelDocumentSchema.decode(sparseDocument());
    const [reduce, ...others] = layers;
    const wide = { ...rest, layers: [{ ...reduce, threshold: 2n ** 60n }, ...others] } as Parameters<
      typeof modelDocumentSchema.encode
    >[0];
    expect(modelDocumentSchema.encode(wide).layers[0]).toMatchObject({ threshold: '1152921504606846976' });
  });
});

describe('the binary file', () => {
  const { document, bytes } = writeModel(readModel(sparseDocument()), 'model.bin');

  test('is refused when it breaks off', () => {
    expect(() => readModel(document, bytes.subarray(0, bytes.length - 1))).toThrow(
      [
        'error MOD002: needs bytes 79 to 95 of the binary file, which has 94',
        '  at constants.softmax.inverse',
        "  mend: put the file 'model.bin' written with this document beside it",
      ].join('\n'),
    );
  });

  test('is refused when the document does not name it', () => {
    const { binary, ...unnamed } = document;
    expect(binary).toBe('model.bin');
    expect(() => readModel(unnamed, bytes)).toThrow(
      "error MOD002: gives an offset, but the document names no file in its field 'binary'\n  at constants.conv.weights.offset",
    );
  });

  test('may hold nothing that the types cannot: such bytes are refused', () => {
    const spoiled = Uint8Array.from(bytes);
    spoiled[1] = 0x7f;
    expect(() => readModel(document, spoiled)).toThrow(
      'error MOD015: value 1 is raw 127, outside its type (-32 to 31)\n  at constants.conv.weights.raw[1]',
    );
  });
});
