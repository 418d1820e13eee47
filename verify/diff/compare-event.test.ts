import { describe, expect, test } from 'vitest';
import { evaluators, type Values } from '../../sim/evaluate/index.ts';
import { denseDocument, sparseDocument } from '../../sim/model/example-documents.ts';
import { type Model, readModel } from '../../sim/model/index.ts';
import { compareEvent, describeDivergence } from './index.ts';

const sparse = readModel(sparseDocument());
const dense = readModel(denseDocument());

/** Raw integers that the reference gives for an input that leaves no layer at 0. */
function valuesOf(model: Model): Values {
  const size = model.tensors.x.shape.reduce((product, extent) => product * extent, 1);
  const x = Array.from({ length: size }, (_, index) => BigInt((index * 37) % 90) - 10n);
  return evaluators[0].prepare(model)({ x });
}

function withoutInput(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'x'));
}

/** The values with one bit of one element flipped, as its type's two's complement word has it. */
function flipped(model: Model, values: Values, tensor: string, element: number, bit: number): Values {
  const { width, signed } = model.tensors[tensor].type;
  const word = BigInt.asUintN(width, values[tensor][element]) ^ (1n << BigInt(bit));
  const raw = signed ? BigInt.asIntN(width, word) : word;
  return { ...values, [tensor]: values[tensor].with(element, raw) };
}

/** The Model with one bit of a constant flipped. */
function withFlippedConstant(model: Model, name: string, index: number, bit: number): Model {
  const constant = model.constants[name];
  const word = BigInt.asUintN(constant.type.width, constant.raw![index]) ^ (1n << BigInt(bit));
  const raw = constant.type.signed ? BigInt.asIntN(constant.type.width, word) : word;
  return {
    ...model,
    constants: { ...model.constants, [name]: { ...constant, raw: constant.raw!.with(index, raw) } },
  };
}

const models = [
  { name: 'sparse', model: sparse },
  { name: 'dense', model: dense },
];

describe.each(models)('events of the $name example', ({ model }) => {
  const values = valuesOf(model);
  const tensors = model.layers.flatMap(({ name, outputs }) =>
    outputs.map((tensor) => ({ layer: name, tensor })),
  );

  test('are equal to themselves in every array', () => {
    const compared = compareEvent(model, 'a', withoutInput(values), values);
    const sizes = tensors.map(({ tensor }) => values[tensor].length);
    expect(compared).toEqual({
      arrays: tensors.length,
      values: sizes.reduce((a, b) => a + b, 0),
      mismatchedValues: 0,
      firstDivergence: undefined,
    });
  });

  test.each(tensors)('with one bit of $tensor flipped differ there, in that bit', ({ layer, tensor }) => {
    const { type, shape } = model.tensors[tensor];
    const last = values[tensor].length - 1;
    for (const element of new Set([0, Math.floor(last / 2), last])) {
      for (const bit of [0, 1, type.width - 1]) {
        const recorded = flipped(model, withoutInput(values), tensor, element, bit);
        const { mismatchedValues, firstDivergence } = compareEvent(model, 'b', recorded, values);
        expect(mismatchedValues).toBe(1);
        expect(firstDivergence).toMatchObject({ event: 'b', layer, tensor, element, bit });
        expect(firstDivergence?.expected.raw).toBe(recorded[tensor][element]);
        expect(firstDivergence?.got.raw).toBe(values[tensor][element]);
        const flat = firstDivergence!.position.reduce((at, index, axis) => at * shape[axis] + index, 0);
        expect(flat).toBe(element);
      }
    }
  });
});

describe('a flipped bit of a constant', () => {
  test.each([
    [sparse, 'conv.weights', 26, 4, 'conv'],
    [sparse, 'conv.bias', 1, 3, 'conv'],
    [sparse, 'dense.weights', 4, 3, 'dense'],
    [sparse, 'dense.bias', 0, 3, 'dense'],
    [dense, 'conv.weights', 8, 3, 'conv'],
    [dense, 'conv.bias', 1, 4, 'conv'],
  ])(
    'of the example %#, %s[%i] bit %i, is found in layer %s, with the constant among its operands',
    (model, name, index, bit, layer) => {
      const recorded = withoutInput(valuesOf(model));
      const spoiled = withFlippedConstant(model, name, index, bit);
      const { firstDivergence } = compareEvent(spoiled, 'a', recorded, valuesOf(spoiled));
      expect(firstDivergence?.layer).toBe(layer);
      const operand = firstDivergence?.operands.find((each) => each.name === name && each.index === index);
      expect(operand?.raw).toBe(spoiled.constants[name].raw![index]);
    },
  );
});

describe('the first divergence', () => {
  const values = valuesOf(sparse);
  const recorded = withoutInput(values);

  test('is the first in layer order, then in row-major order', () => {
    const later = flipped(sparse, recorded, 'flat', 0, 0);
    const both = flipped(sparse, flipped(sparse, later, 'convolved', 7, 0), 'convolved', 4, 1);
    const { mismatchedValues, firstDivergence } = compareEvent(sparse, 'a', both, values);
    expect(mismatchedValues).toBe(3);
    expect(firstDivergence).toMatchObject({
      layer: 'conv',
      tensor: 'convolved',
      element: 4,
      position: [1, 1],
      bit: 1,
    });
  });

  test('counts only what was recorded', () => {
    expect(compareEvent(sparse, 'a', { scores: values.scores }, values)).toMatchObject({
      arrays: 1,
      values: 2,
    });
  });

  test('names the highest of several bits, the sign as the top bit of the word', () => {
    const got = { ...values, scores: [0n, 0n] };
    const against = (raw: bigint) =>
      compareEvent(sparse, 'a', { scores: [raw, 0n] }, got).firstDivergence?.bit;
    expect(against(6n)).toBe(2);
    expect(against(-1n)).toBe(5);
    expect(against(-32n)).toBe(5);
  });

  test('is found where a recorded value does not fit its type', () => {
    const got = { ...values, scores: [5n, 0n] };
    const { firstDivergence } = compareEvent(sparse, 'a', { scores: [5n + 64n, 0n] }, got);
    expect(firstDivergence).toMatchObject({ element: 0, bit: 6 });
  });

  test('reads as text with place, format, both values and operands', () => {
    const got = {
      ...values,
      positive: values.positive.with(4, 9n),
      convolved: values.convolved.with(4, 35n),
    };
    const { firstDivergence } = compareEvent(sparse, 'tb007', { positive: got.positive.with(4, 8n) }, got);
    expect(describeDivergence(firstDivergence!)).toBe(
      [
        "first divergence: event tb007, layer 'relu', positive[1, 1] (element 4), ufixed<6,4,RND_CONV,SAT>",
        '  expected 2 (raw 8)',
        '  got      2.25 (raw 9); the highest bit that differs is bit 0',
        '  made from',
        '    convolved[4] = 2.1875 (raw 35)',
      ].join('\n'),
    );
  });

  test('shows the first 24 operands and counts the others', () => {
    const { firstDivergence } = compareEvent(
      dense,
      'a',
      { convolved: valuesOf(dense).convolved.with(16, 1n) },
      valuesOf(dense),
    );
    const many = {
      ...firstDivergence!,
      operands: Array.from({ length: 30 }, () => firstDivergence!.operands[0]),
    };
    expect(describeDivergence(many).split('\n')).toHaveLength(4 + 24 + 1);
    expect(describeDivergence(many)).toMatch(/\n {4}and 6 more$/);
  });
});

describe('recorded arrays that cannot be compared', () => {
  const values = valuesOf(sparse);

  test('because the Model has no such tensor are refused', () => {
    expect(() => compareEvent(sparse, 'a', { layer4_out: [1n] }, values)).toThrow(
      "error VEC008: the Model has no tensor of this name\n  at event a, array 'layer4_out'",
    );
    expect(() => compareEvent(sparse, 'a', { constructor: [1n] }, values)).toThrow('VEC008');
  });

  test('because they have another size are refused', () => {
    expect(() => compareEvent(sparse, 'a', { scores: [1n, 2n, 3n] }, values)).toThrow(
      "error VEC008: has 3 recorded values, the Model makes 2\n  at event a, array 'scores'",
    );
  });
});
