import { describe, expect, test } from 'vitest';
import { readModel } from './document.ts';
import { denseDocument, sparseDocument } from './example-documents.ts';
import { changed, problemsOf } from './spoiled-document.ts';

describe('the examples', () => {
  test('are sound', () => {
    expect(problemsOf(sparseDocument())).toEqual([]);
    expect(problemsOf(denseDocument())).toEqual([]);
  });
});

describe('names', () => {
  const document = sparseDocument();

  test('refuses an input that is no tensor', () => {
    expect(problemsOf(document, [['inputs'], ['x', 'toString']])).toContain(
      "MOD010: input 'toString' is not a tensor of the Model",
    );
  });

  test('refuses an input named twice', () => {
    expect(problemsOf(document, [['inputs'], ['x', 'x']])).toEqual(["MOD010: input 'x' is named twice"]);
  });

  test('refuses two layers of one name', () => {
    expect(problemsOf(document, [['layers', 'relu', 'name'], 'conv'])).toEqual([
      'MOD011 conv › name: two layers have this name',
    ]);
  });

  test('refuses an output that no layer writes', () => {
    expect(problemsOf(document, [['outputs'], ['shares', 'votes']])).toEqual([
      "MOD012: output 'votes' is written by no layer",
    ]);
  });

  test('refuses a tensor that no layer writes', () => {
    expect(problemsOf(document, [['tensors', 'spare'], { shape: [1], type: 'int<8>' }])).toEqual([
      'MOD012 tensors.spare: is written by no layer',
    ]);
  });

  test('refuses a layer that reads what is written later', () => {
    const [reduce, conv, ...rest] = document.layers;
    expect(problemsOf({ ...document, layers: [conv, reduce, ...rest] })).toContain(
      "MOD013 conv › inputs: reads 'kept', which no layer before it writes",
    );
  });

  test('refuses a tensor that is written twice', () => {
    expect(problemsOf(denseDocument(), [['layers', 'relu', 'outputs'], ['flat']])).toContain(
      "MOD013 relu › outputs: writes 'flat' a second time",
    );
  });

  test('refuses a wrong number of inputs or outputs', () => {
    expect(problemsOf(document, [['layers', 'conv', 'inputs'], ['kept']])).toContain(
      'MOD013 conv › inputs: needs 2 tensors, has 1',
    );
    expect(problemsOf(document, [['layers', 'average', 'outputs'], ['averages']])).toContain(
      'MOD013 average › outputs: needs 2 tensors, has 1',
    );
  });

  test('refuses a dialect in which the kind is not defined', () => {
    expect(problemsOf(document, [['layers', 'maximum', 'dialect'], 'sparsepixels-0.2.1'])).toEqual([
      "MOD013 maximum › dialect: sparse-max-pool2d is not defined in 'sparsepixels-0.2.1', only in pipewright-1, sparsepixels-0.3.2",
    ]);
  });

  test('refuses names of tensors and constants that do not exist, and of things every object has', () => {
    expect(problemsOf(document, [['layers', 'relu', 'inputs'], ['constructor']])).toContain(
      "MOD016 relu › inputs[0]: names 'constructor', which is not a tensor of the Model",
    );
    expect(problemsOf(document, [['layers', 'conv', 'weights'], 'toString'])).toEqual([
      "MOD016 conv › weights: names 'toString', which is not a constant of the Model",
    ]);
  });
});

describe('constants and sizes', () => {
  const document = sparseDocument();

  test('refuses a constant with more or fewer values than its shape says', () => {
    expect(
      problemsOf(document, [
        ['constants', 'conv.bias', 'raw'],
        [1, 2],
      ]),
    ).toEqual(['MOD014 constants.conv.bias: has 2 values, its shape [3] needs 3']);
  });

  test('refuses a value outside the type', () => {
    expect(
      problemsOf(document, [
        ['constants', 'conv.bias', 'raw'],
        [1, 31, 32],
      ]),
    ).toEqual(['MOD015 constants.conv.bias.raw[2]: value 2 is raw 32, outside its type (-32 to 31)']);
  });

  test('takes constants whose values are unknown', () => {
    expect(problemsOf(document, [['constants', 'conv.bias', 'raw'], null])).toEqual([]);
  });

  test('refuses a tensor that no memory holds', () => {
    expect(
      problemsOf(document, [
        ['tensors', 'x', 'shape'],
        [2 ** 20, 2 ** 20, 2],
      ]),
    ).toContain('MOD017 tensors.x: has 2199023255552 elements, at most 134217728 can be held');
  });
});

describe('the error', () => {
  test('is the first problem, and says how many more there are', () => {
    const spoiled = changed(sparseDocument(), [
      [['layers', 'relu', 'name'], 'conv'],
      [['outputs'], ['nothing']],
    ]);
    expect(() => readModel(spoiled)).toThrow(
      "error MOD011: two layers have this name (and 1 more)\n  at layer 'conv' › name",
    );
  });
});
