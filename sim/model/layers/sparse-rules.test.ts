import { describe, expect, test } from 'vitest';
import { sparseDocument } from '../example-documents.ts';
import { type Change, problemsOf } from '../spoiled-document.ts';

/** One change to a sound document, and what the verifier must say of it. */
function refuses(sentence: string, path: Change[0], value: unknown, expected: string): void {
  test(`refuses ${sentence}`, () => {
    expect(problemsOf(sparseDocument(), [path, value])).toContain(`MOD016 ${expected}`);
  });
}

describe('sparse input reduction', () => {
  refuses(
    'an image that is none',
    ['tensors', 'x', 'shape'],
    [6, 12],
    'reduce › inputs[0]: has shape [6, 12], expected [height, width, channels]',
  );
  refuses(
    'features of other channels',
    ['tensors', 'kept', 'shape'],
    [4, 3],
    'reduce › outputs[0]: has shape [4, 3], expected [any, 2]: features are [slots, channels]',
  );
  refuses(
    'coordinates of other slots',
    ['tensors', 'places', 'shape'],
    [5, 2],
    'reduce › outputs[1]: has shape [5, 2], expected [4, 2]: coordinates are [slots, 2]',
  );
  refuses(
    'features of another type',
    ['tensors', 'kept', 'type'],
    'fixed<8,4,RND>',
    'reduce › outputs[0]: must have the type of the image: the reduction copies values',
  );
  refuses(
    'a threshold outside the type',
    ['layers', 'reduce', 'threshold'],
    128,
    'reduce › threshold: raw value 128 is outside the type of the image',
  );
  refuses(
    'a negative threshold',
    ['layers', 'reduce', 'threshold'],
    -1,
    'reduce › threshold: raw value -1 is negative: a found pixel, cleared to 0, would be found again; use a threshold of 0 or above',
  );
  refuses(
    'an index too narrow for the pixels',
    ['layers', 'reduce', 'indexBits'],
    5,
    'reduce › indexBits: 5 bits cannot number the 36 pixels of the image',
  );
  refuses(
    'coordinates too narrow for the image',
    ['tensors', 'places', 'type'],
    'uint<2>',
    'reduce › outputs[1]: its type cannot hold the coordinate 6',
  );
  refuses(
    'coordinates with a fraction',
    ['tensors', 'places', 'type'],
    'ufixed<10,8>',
    'reduce › outputs[1]: must have an integer type: coordinates are whole numbers',
  );
});

describe('sparse convolution', () => {
  refuses(
    'a kernel that is not square',
    ['constants', 'conv.weights', 'shape'],
    [3, 2, 3, 3],
    'conv › weights: has shape [3, 2, 3, 3], expected [3, 3, 2, 3]: weights are [kernel, kernel, channels, filters]',
  );
  refuses(
    'weights with channels and filters exchanged',
    ['constants', 'conv.weights', 'shape'],
    [3, 3, 3, 2],
    'conv › weights: has shape [3, 3, 3, 2], expected [3, 3, 2, 3]: weights are [kernel, kernel, channels, filters]',
  );
  refuses(
    'weights with an axis too few',
    ['constants', 'conv.weights', 'shape'],
    [9, 2, 3],
    'conv › weights: has shape [9, 2, 3], expected [9, 9, 2, 3]: weights are [kernel, kernel, channels, filters]',
  );
  refuses(
    'a bias for other filters',
    ['constants', 'conv.bias', 'shape'],
    [1],
    'conv › bias: has shape [1], expected [3]: one bias a filter',
  );
  refuses(
    'outputs in other slots',
    ['tensors', 'convolved', 'shape'],
    [5, 3],
    'conv › outputs[0]: has shape [5, 3], expected [4, any]: outputs stand where inputs stand',
  );
  refuses(
    'features in the place of coordinates',
    ['layers', 'conv', 'inputs'],
    ['kept', 'kept'],
    'conv › inputs[1]: are no coordinates that a sparse layer before it made',
  );

  test('refuses coordinates that are an input of the Model', () => {
    const problems = problemsOf(
      sparseDocument(),
      [['inputs'], ['x', 'p']],
      [['tensors', 'p'], { shape: [4, 2], type: 'uint<10>' }],
      [
        ['layers', 'conv', 'inputs'],
        ['kept', 'p'],
      ],
    );
    expect(problems).toEqual([
      'MOD016 conv › inputs[1]: are no coordinates that a sparse layer before it made',
    ]);
  });
});

describe('sparse ReLU and pooling', () => {
  refuses(
    'a ReLU of another shape',
    ['tensors', 'positive', 'shape'],
    [3, 4],
    'relu › outputs[0]: has shape [3, 4], expected [4, 3]: element by element',
  );
  refuses(
    'pooled features of another shape',
    ['tensors', 'averages', 'shape'],
    [2, 3],
    'average › outputs[0]: has shape [2, 3], expected [4, 3]: pooling keeps the slots',
  );
  refuses(
    'pooled coordinates of another shape',
    ['tensors', 'cells', 'shape'],
    [3, 2],
    'average › outputs[1]: has shape [3, 2], expected [4, 2]: pooling keeps the slots',
  );
  refuses(
    'pooled coordinates of another type',
    ['tensors', 'areas', 'type'],
    'uint<9>',
    'maximum › outputs[1]: must have the type of the input coordinates',
  );
  refuses(
    'a reciprocal outside its type',
    ['layers', 'average', 'reciprocal', 'raw'],
    512,
    'average › reciprocal.raw: raw value 512 is outside its type',
  );
  refuses(
    'pooling at places that are none',
    ['layers', 'average', 'inputs'],
    ['positive', 'kept'],
    'average › inputs[1]: are no coordinates that a sparse layer before it made',
  );
});

describe('sparse flatten', () => {
  const mend = 'choose pool sizes that divide the image, or a larger height and width';

  refuses(
    'an output of another size',
    ['tensors', 'flat', 'shape'],
    [5],
    'flatten › outputs[0]: has shape [5], expected [6]: height x width x channels',
  );
  refuses(
    'an output of another type',
    ['tensors', 'flat', 'type'],
    'ufixed<7,4,RND_CONV,SAT>',
    'flatten › outputs[0]: must have the type of the features: flattening copies values',
  );

  test('refuses a height that cannot hold the last row of cells', () => {
    // 6 x 6 pixels in pools of 5 are 2 x 2 cells
    const problems = problemsOf(
      sparseDocument(),
      [['layers', 'average', 'pool'], 5],
      [['layers', 'maximum', 'pool'], 1],
    );
    expect(problems).toEqual([
      `MOD016 flatten › height: 1 x 2 cannot hold coordinates up to 2, 2: the kernel would write elsewhere; ${mend}`,
    ]);
  });

  test('refuses a width that cannot hold the last column of cells', () => {
    // 6 x 7 pixels in pools of 2 are 3 x 4 cells, those in pools of 3 are 1 x 2
    const wide: Change = [
      ['tensors', 'x', 'shape'],
      [6, 7, 2],
    ];
    expect(problemsOf(sparseDocument(), wide)).toEqual([]);
    expect(problemsOf(sparseDocument(), wide, [['layers', 'flatten', 'width'], 1])).toContain(
      `MOD016 flatten › width: 1 x 1 cannot hold coordinates up to 1, 2: the kernel would write elsewhere; ${mend}`,
    );
  });

  test('takes a height and width larger than needed', () => {
    const problems = problemsOf(
      sparseDocument(),
      [['layers', 'flatten', 'height'], 2],
      [['tensors', 'flat', 'shape'], [12]],
      [['constants', 'dense.weights'], { shape: [12, 2], type: 'int<8>', raw: null }],
    );
    expect(problems).toEqual([]);
  });
});
