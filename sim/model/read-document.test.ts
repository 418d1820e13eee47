import { describe, expect, test } from 'vitest';
import { readModel } from './document.ts';
import { sparseDocument } from './example-documents.ts';
import { InputError, type InputProblem } from './input-error.ts';
import { type Change, changed } from './spoiled-document.ts';

function problemOf(json: unknown): InputProblem | undefined {
  try {
    readModel(json);
  } catch (error) {
    if (error instanceof InputError) return error.problem;
    throw error;
  }
  return undefined;
}

/** What is said of the example with one place changed. */
const spoiled = (path: Change[0], value: unknown) => problemOf(changed(sparseDocument(), [[path, value]]));

describe('a document that is not as the schema says', () => {
  test('with an unknown layer kind names the layer and the known kinds', () => {
    const problem = spoiled(['layers', 'relu', 'kind'], 'sparse-rely');
    expect(problem).toMatchObject({ code: 'MOD001', layer: 'relu', field: 'kind' });
    expect(problem?.what).toMatch(/^the layer kind "sparse-rely" is unknown; known kinds are .*sparse-relu,/);
  });

  test('with a layer without a kind says so', () => {
    expect(spoiled(['layers', 'relu', 'kind'], undefined)?.what).toMatch(
      /^the layer kind nothing is unknown; known kinds are /,
    );
  });

  test.each<readonly [string, Change[0], unknown, Partial<InputProblem>]>([
    [
      'a missing field',
      ['layers', 'conv', 'bias'],
      undefined,
      { layer: 'conv', field: 'bias', what: 'is missing (string)' },
    ],
    [
      'an unknown field of a layer',
      ['layers', 'conv', 'stride'],
      2,
      { layer: 'conv', what: "unknown field 'stride'" },
    ],
    ['an unknown field of the document', ['comment'], 'hello', { what: "unknown field 'comment'" }],
    ['an unknown dialect', ['layers', 'conv', 'dialect'], 'hls4ml', { layer: 'conv', field: 'dialect' }],
    [
      'a type that is none',
      ['tensors', 'x', 'type'],
      'float',
      {
        field: 'tensors.x.type',
        what: expect.stringContaining("'float' is no fixed-point format") as string,
      },
    ],
    [
      'a type of too many bits',
      ['layers', 'conv', 'accumulator'],
      'fixed<2000,1>',
      { layer: 'conv', field: 'accumulator', what: 'width must be 1 to 1024 bits, not 2000' },
    ],
    [
      'a negative size',
      ['tensors', 'x', 'shape'],
      [6, -6, 2],
      { field: 'tensors.x.shape[1]', what: 'Too small: expected number to be >=1' },
    ],
    [
      'a size that is no whole number',
      ['tensors', 'x', 'shape'],
      [6, 1.5, 2],
      { field: 'tensors.x.shape[1]', what: 'Invalid input: expected int, received number' },
    ],
    [
      'a scalar shape',
      ['tensors', 'x', 'shape'],
      [],
      { field: 'tensors.x.shape', what: 'Too small: expected array to have >=1 items' },
    ],
    [
      'a constant without values',
      ['constants', 'conv.bias', 'raw'],
      undefined,
      { field: 'constants.conv.bias.raw', what: 'is missing (array)' },
    ],
    [
      'a constant of a type that is none',
      ['constants', 'conv.bias', 'type'],
      'int',
      {
        field: 'constants.conv.bias.type',
        what: expect.stringContaining("'int' is no fixed-point format") as string,
      },
    ],
    [
      'a raw integer beyond the exact numbers of JSON',
      ['constants', 'conv.bias', 'raw'],
      [2 ** 60, 0, 0],
      { field: 'constants.conv.bias.raw[0]', what: 'Too big: expected int to be <=9007199254740991' },
    ],
    [
      'a raw integer that is no integer',
      ['constants', 'conv.bias', 'raw'],
      ['0x1', 0, 0],
      { field: 'constants.conv.bias.raw[0]' },
    ],
    ['no layers', ['layers'], [], { field: 'layers', what: 'Too small: expected array to have >=1 items' }],
    [
      'a layer that is null',
      ['layers', 1],
      null,
      { field: 'layers[1]', what: 'Invalid input: expected object, received null' },
    ],
    [
      'another schema',
      ['schema'],
      'pipewright/model@2',
      { field: 'schema', what: 'Invalid input: expected "pipewright/model@1"' },
    ],
  ])('with %s is refused at its place', (_sentence, path, value, expected) => {
    expect(spoiled(path, value)).toMatchObject({ code: 'MOD001', ...expected });
  });

  test('says how many more problems there are', () => {
    const json = changed(sparseDocument(), [
      [['layers', 'conv', 'bias'], undefined],
      [['layers', 'relu', 'outputs'], undefined],
    ]);
    expect(problemOf(json)).toMatchObject({
      layer: 'conv',
      field: 'bias',
      what: 'is missing (string) (and 1 more)',
    });
  });

  test.each([[null], [5], ['model'], [[]], [{}]])('like %j is refused', (json) => {
    expect(problemOf(json)).toMatchObject({ code: 'MOD001' });
  });
});
