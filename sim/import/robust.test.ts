/** Whatever stands in a file, it is read or refused by an InputError: never a fault of the program. */
import { fc, test } from '@fast-check/vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { evaluators } from '../evaluate/index.ts';
import { denseDocument, sparseDocument } from '../model/example-documents.ts';
import { elements, InputError, type Model, readDocument, readModel, verifyModel } from '../model/index.ts';
import { buildModel } from './sparsepixels/build-model.ts';
import { designSchema, weightsSchema } from './sparsepixels/design-schema.ts';
import { spoiledJson } from './spoiled-json.ts';
import { eventsFromJson } from './vectors/json.ts';
import { readNpy, readNpz } from './vectors/numpy.ts';
import { readText } from './vectors/text.ts';

const GOLDEN = join(import.meta.dirname, '../../golden/sparsepixels');
const golden = (design: string, file: string) =>
  JSON.parse(readFileSync(join(GOLDEN, design, file), 'utf8')) as Record<string, unknown>;

/** The result, or undefined if it is refused as bad input; anything else fails the test. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) {
      expect(error.message).toMatch(/^error [A-Z]{3}\d{3}: /);
      return undefined;
    }
    throw error;
  }
}

/** Every evaluator runs the Model on zeros or refuses it. */
function run(model: Model | undefined): void {
  if (!model || Object.values(model.tensors).some(({ shape }) => elements(shape) > 100_000)) return;
  const zeros = model.inputs.map((name) => [name, model.tensors[name].shape] as const);
  const inputs = Object.fromEntries(
    zeros.map(([name, shape]) => [name, Array.from({ length: elements(shape) }, () => 0n)]),
  );
  for (const evaluator of evaluators) attempt(() => evaluator.prepare(model)(inputs));
}

describe('a spoiled Model document is refused, or read and run', () => {
  test.prop([spoiledJson(sparseDocument())], { numRuns: 500 })('of sparse layers', (json) => {
    run(attempt(() => readModel(json)));
  });

  test.prop([spoiledJson(denseDocument())], { numRuns: 500 })('of dense layers', (json) => {
    run(attempt(() => readModel(json)));
  });
});

describe('a spoiled design is refused, or read and run', () => {
  const readDesign = (design: unknown, weights: unknown) =>
    verifyModel(
      buildModel(
        readDocument('IMP003', designSchema, design),
        readDocument('IMP004', weightsSchema, weights),
        {
          designFile: 'design.json',
          weightsFile: 'weights.json',
        },
      ),
    );

  const designs = [
    { name: 'jet-8b-sparse_t', use: run },
    { name: 'neutrino-8b-full', use: () => undefined }, // a second an event
  ];
  test.each(designs)('like $name with a spoiled design.json', ({ name, use }) => {
    const weights = golden(name, 'weights.json');
    fc.assert(
      fc.property(spoiledJson({ ...golden(name, 'design.json'), types: {}, constants: {} }), (design) => {
        use(attempt(() => readDesign(design, weights)));
      }),
      { numRuns: 200 },
    );
  });

  test.prop([spoiledJson(golden('jet-8b-sparse_t', 'weights.json'))])(
    'with spoiled weights.json',
    (weights) => {
      attempt(() => readDesign(golden('jet-8b-sparse_t', 'design.json'), weights));
    },
  );
});

describe('a spoiled input is refused, or read', () => {
  const { tensors } = readModel(sparseDocument());
  const { events, ...rest } = golden('jet-8b-sparse_t', 'vectors.json');
  const vectors = {
    ...rest,
    input_shape: [6, 6, 2],
    events: (events as { x_index: number[] }[])
      .slice(0, 2)
      .map((event) => ({ ...event, x_index: [0, 5], x_raw: [1, 2] })),
  };

  test.prop([spoiledJson(vectors)])('of recorded vectors', (json) => {
    attempt(() => eventsFromJson(json, tensors.x));
  });

  test.prop([
    fc.oneof(
      fc.jsonValue(),
      spoiledJson([
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ]),
    ),
  ])('of any JSON', (json) => {
    attempt(() => eventsFromJson(json, tensors.x));
  });

  test('of lists nested deeper than any image', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown;
    expect(attempt(() => eventsFromJson(deep, tensors.x))).toBeUndefined();
  });

  test.prop([fc.string()])('of any text', (text) => {
    attempt(() => readText(text));
  });

  test.prop([fc.uint8Array(), fc.boolean()])('of any bytes', (bytes, magic) => {
    const file = magic ? Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), bytes]) : bytes;
    attempt(() => readNpy(file));
    attempt(() => readNpz(file, 'x'));
  });
});
