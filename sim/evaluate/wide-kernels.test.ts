import { fc, test } from '@fast-check/vitest';
import { fixed, type FixedFormat, ufixed } from 'fixed-point-ts';
import { describe, expect } from 'vitest';
import { elements, type Layer, type Model, MODEL_SCHEMA, verifyModel } from '../model/index.ts';
import { compiled } from './compiled/index.ts';
import { randomRaws } from './random-raws.ts';
import { reference } from './reference/index.ts';

const SIZE = 12;
const dialect = 'hls4ml-1.3.0';
const base = { name: 'l', dialect, inputs: ['x'], outputs: ['y'] } as const;
const narrow = fixed(18, 8);
const one = { type: fixed(10, 2), raw: 93n };

const LAYERS: readonly Layer[] = [
  { ...base, kind: 'thresholded-relu', threshold: one },
  { ...base, kind: 'parametric-relu', slopes: 'c' },
  { ...base, kind: 'elu', positive: one, negative: one, table: 'c' },
  { ...base, kind: 'hard-sigmoid', slope: one, shift: one, symmetric: true },
  { ...base, kind: 'hard-sigmoid', slope: one, shift: one, symmetric: false },
  { ...base, kind: 'scale-shift', scale: 'c', shift: 'd' },
  { ...base, kind: 'dense', accumulator: fixed(60, 30, 'RND', 'SAT'), weights: 'm', bias: 'd' },
  { ...base, kind: 'relu' },
  { ...base, kind: 'reshape' },
];

function modelOf(layer: Layer, x: FixedFormat, y: FixedFormat, seed: number): Model {
  const constant = (shape: readonly number[], offset: number) => ({
    shape,
    type: narrow,
    raw: randomRaws(seed + offset, elements(shape), narrow),
  });
  return verifyModel({
    schema: MODEL_SCHEMA,
    name: 'wide',
    source: 'a test',
    inputs: ['x'],
    outputs: ['y'],
    tensors: { x: { shape: [SIZE], type: x }, y: { shape: [SIZE], type: y } },
    layers: [layer],
    constants: { c: constant([SIZE], 1), d: constant([SIZE], 2), m: constant([SIZE, SIZE], 3) },
  });
}

const type = fc
  .record({
    width: fc.integer({ min: 54, max: 70 }),
    integer: fc.integer({ min: -4, max: 75 }),
    signed: fc.boolean(),
    rounding: fc.constantFrom('TRN', 'RND', 'RND_CONV', 'TRN_ZERO'),
    overflow: fc.constantFrom('WRAP', 'SAT', 'SAT_SYM'),
  })
  .map(({ width, integer, signed, rounding, overflow }) =>
    (signed ? fixed : ufixed)(width, integer, rounding, overflow),
  );

describe.each(LAYERS)('$kind on words of more than 53 bits', (layer) => {
  test.prop([type, type, fc.nat()], { numRuns: 60 })('equals the reference', (x, y, seed) => {
    const model = modelOf(layer, x, y, seed);
    const input = { x: randomRaws(seed + 4, SIZE, x) };
    expect(compiled.prepare(model)(input)).toEqual(reference.prepare(model)(input));
  });
});
