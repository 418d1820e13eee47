import fc from 'fast-check';
import { fixed, type FixedFormat } from 'fixed-point-ts';
import { describe, expect, test } from 'vitest';
import { elements } from '../model/layer-kind.ts';
import type { Layer } from '../model/layers/index.ts';
import { GATES } from '../model/layers/recurrent.ts';
import { type Constant, type Model, MODEL_SCHEMA, type Tensor } from '../model/model.ts';
import { verifyModel } from '../model/verify-model.ts';
import { arbitraryFormat } from './arbitrary-format.ts';
import { compiled } from './compiled/index.ts';
import { randomRaws } from './random-raws.ts';
import { reference } from './reference/index.ts';

/** What is drawn for one layer; each kind takes what it needs. */
interface Draw {
  readonly shape: readonly [number, number, number];
  readonly x: FixedFormat;
  readonly y: FixedFormat;
  readonly out: FixedFormat;
  readonly inner: FixedFormat;
  readonly weights: FixedFormat;
  readonly bias: FixedFormat;
  readonly count: number;
  readonly borders: readonly [number, number, number, number];
  readonly size: readonly [number, number];
  readonly flag: boolean;
  readonly seed: number;
}

const small = (max: number) => fc.integer({ min: 1, max });
const type = arbitraryFormat({ maxWidth: 9, maxOutside: 2 });
const border = fc.integer({ min: 0, max: 2 });
const draw: fc.Arbitrary<Draw> = fc.record({
  shape: fc.tuple(small(4), small(4), small(3)),
  x: type,
  y: type,
  out: type,
  inner: type,
  weights: type,
  bias: type,
  count: small(5),
  borders: fc.tuple(border, border, border, border),
  size: fc.tuple(small(3), small(3)),
  flag: fc.boolean(),
  seed: fc.nat(),
});

type Build = (
  draw: Draw,
  constant: (name: string, shape: readonly number[], type: FixedFormat) => string,
) => {
  readonly inputs: readonly (readonly number[])[];
  readonly output: readonly number[];
  readonly layer: Omit<Layer, 'name' | 'dialect' | 'inputs' | 'outputs'>;
};

const base = { name: 'layer', dialect: 'hls4ml-1.3.0' } as const;
const typed = ({ weights, seed }: Draw) => ({ type: weights, raw: randomRaws(seed, 1, weights)[0] });
const same = (shape: readonly number[], layer: object) =>
  ({ inputs: [shape], output: shape, layer }) as ReturnType<Build>;
const powerOfTwo = (wanted: number, { width }: FixedFormat) => 2 ** Math.min(wanted, width);

const BUILDS: Readonly<Record<string, Build>> = {
  'table-function': (d, constant) =>
    same(d.shape, {
      kind: 'table-function',
      function: 'tanh',
      range: d.count,
      table: constant('t', [2 * d.count * d.size[0]], d.weights),
    }),
  elu: (d, constant) =>
    same(d.shape, {
      kind: 'elu',
      positive: typed(d),
      negative: typed({ ...d, seed: d.seed + 1 }),
      table: constant('t', [8 * d.count], d.bias),
    }),
  'parametric-relu': (d, constant) =>
    same(d.shape, { kind: 'parametric-relu', slopes: constant('s', d.flag ? [1] : d.shape, d.weights) }),
  'thresholded-relu': (d) => same(d.shape, { kind: 'thresholded-relu', threshold: typed(d) }),
  'hard-sigmoid': (d) =>
    same(d.shape, {
      kind: 'hard-sigmoid',
      slope: typed(d),
      shift: typed({ ...d, seed: d.seed + 1 }),
      symmetric: d.flag,
    }),
  sign: (d) => same(d.shape, { kind: 'sign', levels: d.flag ? 2 : 3 }),
  'table-softmax': (d, constant) =>
    same(d.shape, {
      kind: 'table-softmax',
      slices: d.shape,
      subtractLargest: d.flag,
      address: d.inner,
      accumulator: d.y,
      inverseAddress: d.bias,
      expTable: constant('e', [powerOfTwo(d.size[0], d.inner)], d.weights),
      inverseTable: constant('i', [powerOfTwo(d.size[1], d.bias)], d.y),
    }),
  'legacy-softmax': (d, constant) =>
    same(d.shape, {
      kind: 'legacy-softmax',
      slices: d.shape,
      sum: d.inner,
      expTable: constant('e', [16 * d.count], d.weights),
      inverseTable: constant('i', [64], d.y),
    }),
  argmax: (d) => same(d.shape, { kind: 'argmax', slices: d.shape }),
  'scale-shift': (d, constant) =>
    same(d.shape, {
      kind: 'scale-shift',
      scale: constant('s', [d.shape[2]], d.weights),
      shift: constant('b', d.flag ? [d.shape[2]] : d.shape, d.bias),
    }),
  merge: (d) => ({
    inputs: [d.shape, d.shape],
    output: d.shape,
    layer: {
      kind: 'merge',
      operation: (['add', 'subtract', 'multiply', 'average', 'maximum', 'minimum'] as const)[d.seed % 6],
    } as never,
  }),
  concatenate: (d) => {
    const axis = d.seed % 3;
    const other = d.shape.map((size, at) => (at === axis ? d.count : size));
    return {
      inputs: [d.shape, other],
      output: d.shape.map((size, at) => (at === axis ? size + d.count : size)),
      layer: { kind: 'concatenate', axis } as never,
    };
  },
  dot: (d) => ({
    inputs: [[d.count], [d.count]],
    output: [1],
    layer: { kind: 'dot', accumulator: d.inner } as never,
  }),
  reshape: (d) => ({
    inputs: [d.shape],
    output: [elements(d.shape), 1],
    layer: { kind: 'reshape' } as never,
  }),
  transpose: (d) => {
    const permutation = [
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ][d.seed % 5];
    return {
      inputs: [d.shape],
      output: permutation.map((axis) => d.shape[axis]),
      layer: { kind: 'transpose', permutation } as never,
    };
  },
  crop2d: (d) => {
    const [top, bottom, left, right] = d.borders;
    const whole = [d.shape[0] + top + bottom, d.shape[1] + left + right, d.shape[2]];
    return {
      inputs: [whole],
      output: d.shape,
      layer: { kind: 'crop2d', crop: { top, bottom, left, right } } as never,
    };
  },
  resize2d: (d) => ({
    inputs: [d.shape],
    output: [d.shape[0] * d.size[0], d.shape[1] * d.size[1], d.shape[2]],
    layer: { kind: 'resize2d', factor: d.size } as never,
  }),
  'depthwise-conv2d': (d, constant) => {
    const [top, bottom, left, right] = d.borders;
    const [tall, broad] = [d.shape[0] + top + bottom, d.shape[1] + left + right];
    const window = [Math.min(d.size[0], tall), Math.min(d.size[1], broad)] as const;
    return {
      inputs: [d.shape],
      output: [tall - window[0] + 1, broad - window[1] + 1, d.shape[2]],
      layer: {
        kind: 'depthwise-conv2d',
        window,
        stride: [1, 1],
        padding: { top, bottom, left, right },
        accumulator: d.inner,
        weights: constant('w', [...window, d.shape[2]], d.weights),
        bias: constant('b', [d.shape[2]], d.bias),
      } as never,
    };
  },
  'padded average-pool2d': (d) => {
    const window = [
      Math.min(d.size[0] + 1, d.shape[0] + 1),
      Math.min(d.size[1] + 1, d.shape[1] + 1),
    ] as const;
    const padding = { top: window[0] - 1, bottom: 0, left: 0, right: window[1] - 1 };
    return {
      inputs: [d.shape],
      output: d.shape,
      layer: { kind: 'average-pool2d', window, stride: [1, 1], padding, accumulator: d.inner } as never,
    };
  },
  embedding: (d, constant) => ({
    inputs: [[d.count]],
    output: [d.count, d.size[1]],
    layer: { kind: 'embedding', rows: constant('r', [d.shape[0], d.size[1]], d.weights) } as never,
  }),
  'batched-dense': (d, constant) => {
    const output = [d.shape[0], d.shape[1], d.count];
    return {
      inputs: [d.shape],
      output,
      layer: {
        kind: 'batched-dense',
        accumulator: d.inner,
        weights: constant('w', [d.shape[0], d.shape[2], d.count], d.weights),
        bias: constant('b', output, d.bias),
      } as never,
    };
  },
  'batched-product': (d) => ({
    inputs: [d.shape, [d.shape[0], d.count, d.shape[2]]],
    output: [d.shape[0], d.shape[1], d.count],
    layer: { kind: 'batched-product', accumulator: d.inner } as never,
  }),
  'layer-normalization': (d, constant) =>
    same([d.shape[0], d.shape[1]], {
      kind: 'layer-normalization',
      accumulator: d.inner,
      inverseCount: typed(d),
      table: constant('t', [d.count * 4], d.y),
      rangePower: d.borders[0],
      scale: constant('s', [d.shape[1]], d.weights),
      shift: constant('b', [d.shape[1]], d.bias),
    }),
  recurrent: (d, constant) => {
    const cell = (['lstm', 'gru', 'simple'] as const)[d.seed % 3];
    const units = d.size[0];
    const wide = units * GATES[cell];
    const table = (name: string) =>
      ({ function: 'tanh', table: constant(name, [8 * d.count], d.y), range: 4 }) as const;
    return {
      inputs: [[d.shape[0], d.shape[1]]],
      output: d.flag ? [d.shape[0], units] : [units],
      layer: {
        kind: 'recurrent',
        cell,
        backward: d.borders[0] > 0,
        returnSequences: d.flag,
        accumulator: d.inner,
        activation: d.borders[1] > 1 ? { function: 'relu' } : table('a'),
        ...(cell === 'simple' ? {} : { recurrentActivation: table('r') }),
        weights: constant('w', [d.shape[1], wide], d.weights),
        recurrentWeights: constant('u', [units, wide], d.weights),
        bias: constant('b', [wide], d.bias),
        recurrentBias: constant('c', [wide], d.bias),
      } as never,
    };
  },
  quantize: (d) =>
    same(d.shape, {
      kind: 'quantize',
      types: [d.inner, d.weights, fixed(3, 1, 'RND', 'SAT')],
      assignment: Array.from({ length: elements(d.shape) }, (_, at) => ((d.seed + at) % 4) - 1),
    }),
};

function modelOf(build: Build, drawn: Draw): Model {
  const constants: Record<string, Constant> = {};
  const constant = (name: string, shape: readonly number[], own: FixedFormat) => {
    constants[name] = {
      shape,
      type: own,
      raw: randomRaws(drawn.seed + name.charCodeAt(0), elements(shape), own),
    };
    return name;
  };
  const { inputs, output, layer } = build(drawn, constant);
  const names = inputs.map((_, index) => `x${index}`);
  const tensors: Record<string, Tensor> = { y: { shape: output, type: drawn.out } };
  inputs.forEach(
    (shape, index) => (tensors[names[index]] = { shape, type: index === 0 ? drawn.x : drawn.y }),
  );
  const layers = [{ ...base, inputs: names, outputs: ['y'], ...layer } as Layer];
  return verifyModel({
    schema: MODEL_SCHEMA,
    name: 'm',
    inputs: names,
    outputs: ['y'],
    tensors,
    layers,
    constants,
  });
}

describe.each(Object.keys(BUILDS))('%s', (kind) => {
  test('is computed alike by both evaluators, whatever its types', () => {
    let ran = 0;
    fc.assert(
      fc.property(draw, (drawn) => {
        const model = modelOf(BUILDS[kind], drawn);
        const inputs = Object.fromEntries(
          model.inputs.map((name, index) => {
            const { shape, type: own } = model.tensors[name];
            return [name, randomRaws(drawn.seed + 7 * index, elements(shape), own)];
          }),
        );
        expect(compiled.prepare(model)(inputs).y).toEqual(reference.prepare(model)(inputs).y);
        ran++;
      }),
      { numRuns: 300 },
    );
    expect(ran).toBeGreaterThanOrEqual(300);
  });
});
