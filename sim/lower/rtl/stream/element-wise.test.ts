import fc from 'fast-check';
import { type FixedFormat, maxRaw, minRaw } from 'fixed-point-ts';
import { expect, test } from 'vitest';
import { simulateNetwork } from '../../../cycles/index.ts';
import { arbitraryFormat, arbitraryRaw } from '../../../evaluate/arbitrary-format.ts';
import { evaluators } from '../../../evaluate/index.ts';
import { InputError, type Layer, type Model, MODEL_SCHEMA, verifyModel } from '../../../model/index.ts';
import { functionTable } from '../../../model/tables.ts';
import { lowerNetwork } from '../index.ts';

const KINDS = ['scale-shift', 'parametric-relu', 'hard-sigmoid', 'table-function'] as const;
const type = arbitraryFormat({ maxWidth: 8, maxOutside: 2 }).filter(
  ({ overflow, saturationBits }) => overflow !== 'WRAP_SM' && (overflow !== 'WRAP' || saturationBits === 0),
);
const size = fc.integer({ min: 1, max: 4 });
const recipe = fc.record({
  kind: fc.constantFrom(...KINDS),
  shape: fc.tuple(size, size, fc.integer({ min: 1, max: 3 })),
  types: fc.tuple(type, type, type, type),
  extent: fc.constantFrom('one', 'pixel', 'event'),
  symmetric: fc.boolean(),
  before: fc.constantFrom('nothing', 'padding', 'flattening'),
  seed: fc.nat(),
});
type Recipe = typeof recipe extends fc.Arbitrary<infer R> ? R : never;

test('layers by element, with constants for all, each channel or each element, are exact in hardware', () => {
  const built = new Map<string, number>();
  fc.assert(
    fc.property(
      recipe.chain((r) => {
        const model = elementWiseModel(r);
        const { shape, type: of } = model.tensors.x;
        const elements = shape.reduce((a, b) => a * b, 1);
        const event = fc.array(arbitraryRaw(of), { minLength: elements, maxLength: elements });
        return fc.tuple(fc.constant(r), fc.constant(model), fc.array(event, { minLength: 2, maxLength: 3 }));
      }),
      fc.constantFrom(0, 110),
      ([{ kind }, model, events], noise) => {
        const network = lowerNetwork(model, { name: 'random', clockNs: 8, productsPerCycle: 8 });
        const images = events.map((event) => Float64Array.from(event, Number));
        const { record, outputs } = simulateNetwork(network, images, { gap: noise, stall: noise, seed: 2 });
        expect(record.deadlock).toBeNull();
        for (const evaluator of evaluators) {
          const evaluate = evaluator.prepare(model);
          expect(outputs.map((output) => Array.from(output, BigInt))).toEqual(
            events.map((x) => evaluate({ x })[model.outputs[0]]),
          );
        }
        built.set(kind, (built.get(kind) ?? 0) + 1);
      },
    ),
    { numRuns: 200, seed: 31 },
  );
  for (const kind of KINDS) expect(built.get(kind) ?? 0, kind).toBeGreaterThan(25);
});

test('an image in rows of another length is pooled as that image; pixels cut in other pieces are refused', () => {
  const [byte, rows] = [{ ...plain(8), signed: false }, [2, 6, 2]];
  const model = (shape: readonly number[]) =>
    chain(
      {
        x: { shape: [4, 3, 2], type: byte },
        rows: { shape: [...shape], type: byte },
        y: { shape: [1, 3, 2], type: byte },
      },
      [
        { ...base('rows', 'x', 'rows'), kind: 'reshape' },
        { ...base('pool', 'rows', 'y'), kind: 'max-pool2d', window: [2, 2], stride: [2, 2], padding: NONE },
      ],
    );
  const image = Array.from({ length: 24 }, (_, at) => BigInt((at * 37) % 251));
  const network = lowerNetwork(model(rows), { name: 'rows', clockNs: 5, productsPerCycle: 8 });
  const { outputs } = simulateNetwork(network, [Float64Array.from(image, Number)]);
  expect(Array.from(outputs[0], BigInt)).toEqual(evaluators[0].prepare(model(rows))({ x: image }).y);
  const cut = chain({ x: { shape: [4, 3, 2], type: byte }, y: { shape: [4, 2, 3], type: byte } }, [
    { ...base('rows', 'x', 'y'), kind: 'reshape' },
  ]);
  expect(() => lowerNetwork(cut, { name: 'rows', clockNs: 5, productsPerCycle: 8 })).toThrow(InputError);
});

const NONE = { top: 0, bottom: 0, left: 0, right: 0 };

function plain(width: number): FixedFormat {
  return { signed: true, width, integerBits: 4, rounding: 'TRN', overflow: 'WRAP', saturationBits: 0 };
}

function base(name: string, from: string, to: string) {
  return { name, dialect: 'hls4ml-1.3.0' as const, inputs: [from], outputs: [to] };
}

function chain(
  tensors: Model['tensors'],
  layers: readonly Layer[],
  constants: Model['constants'] = {},
): Model {
  return verifyModel({
    schema: MODEL_SCHEMA,
    name: 'chain',
    inputs: ['x'],
    outputs: ['y'],
    tensors,
    layers: [...layers],
    constants,
  });
}

function elementWiseModel({ kind, shape, types, extent, symmetric, before, seed }: Recipe): Model {
  const [input, inner, other, out] = types;
  const [height, width, channels] = shape;
  const flat = [height * width * channels];
  const padded = [height + 2, width + 1, channels];
  const given = before === 'flattening' ? flat : before === 'padding' ? padded : [...shape];
  const layers: Layer[] =
    before === 'flattening'
      ? [{ ...base('flat', 'x', 'given'), kind: 'flatten' }]
      : before === 'padding'
        ? [
            {
              ...base('pad', 'x', 'given'),
              kind: 'zero-pad2d',
              padding: { top: 1, bottom: 1, left: 0, right: 1 },
            },
          ]
        : [];
  const from = layers.length > 0 ? 'given' : 'x';
  const elements = given.reduce((a, b) => a * b, 1);
  const length = { one: 1, pixel: channels, event: elements }[extent];
  let state = seed >>> 0;
  const drawn = (of: FixedFormat) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return minRaw(of) + (BigInt(state >>> 8) % (maxRaw(of) - minRaw(of) + 1n));
  };
  const constant = (of: FixedFormat, count: number) => ({
    shape: [count],
    type: of,
    raw: Array.from({ length: count }, () => drawn(of)),
  });
  const own = base('own', from, 'y');
  const layer = (): [Layer, Model['constants']] => {
    switch (kind) {
      case 'scale-shift':
        return [
          { ...own, kind, scale: 'p', shift: 'q' },
          { p: constant(inner, length), q: constant(other, length) },
        ];
      case 'parametric-relu':
        return [{ ...own, kind, slopes: 'p' }, { p: constant(inner, extent === 'one' ? 1 : elements) }];
      case 'hard-sigmoid': {
        const [slope, shift] = [inner, other].map((of) => ({ raw: drawn(of), type: of }));
        return [{ ...own, kind, slope, shift, symmetric }, {}];
      }
      case 'table-function': {
        const raw = functionTable('tanh', 64, 4, inner);
        return [
          { ...own, kind, function: 'tanh', table: 'p', range: 4 },
          { p: { shape: [64], type: inner, raw } },
        ];
      }
    }
  };
  const [last, constants] = layer();
  const tensors = {
    x: { shape: [...shape], type: input },
    ...(from === 'given' ? { given: { shape: given, type: input } } : {}),
    y: { shape: given, type: out },
  };
  return chain(tensors, [...layers, last], constants);
}
