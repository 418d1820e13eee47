import { describe, expect, test } from 'vitest';
import { denseDocument, sparseDocument } from '../example-documents.ts';
import { type Change, problemsOf } from '../spoiled-document.ts';

/** One change to a sound document, and what the verifier must say of it. */
function refuses(
  sentence: string,
  path: Change[0],
  value: unknown,
  expected: string,
  of = denseDocument,
): void {
  test(`refuses ${sentence}`, () => {
    expect(problemsOf(of(), [path, value])).toContain(`MOD016 ${expected}`);
  });
}

describe('padding and windows', () => {
  refuses(
    'padding that does not add up',
    ['tensors', 'padded', 'shape'],
    [6, 6, 1],
    'pad › outputs[0]: has shape [6, 6, 1], expected [6, 7, 1]: input plus padding',
  );
  refuses(
    'a window that its weights do not fill',
    ['layers', 'conv', 'window'],
    [3, 4],
    'conv › weights: has shape [3, 3, 1, 2], expected [3, 4, 1, any]: weights are [rows, columns, channels, filters]',
  );
  refuses(
    'a bias for other filters',
    ['constants', 'conv.bias', 'shape'],
    [3],
    'conv › bias: has shape [3], expected [2]: one bias a filter',
  );
  refuses(
    'an output that the stride does not lead to',
    ['layers', 'conv', 'stride'],
    [2, 2],
    'conv › outputs[0]: has shape [4, 5, 2], expected [2, 3, 2]: window 3 x 3 over 6 x 7 at stride 2 x 2',
  );
  refuses(
    'a window larger than the image',
    ['layers', 'maximum', 'window'],
    [3, 3],
    'maximum › outputs[0]: has shape [1, 1, 2], expected [0, 0, 2]: window 3 x 3 over 2 x 2 at stride 2 x 2',
  );
});

describe('dense and element by element', () => {
  refuses(
    'a flatten of another size',
    ['tensors', 'flat', 'shape'],
    [3],
    'flatten › outputs[0]: has shape [3], expected [2]: all elements of the input',
  );
  refuses(
    'a ReLU of another shape',
    ['tensors', 'positive', 'shape'],
    [1, 2],
    'relu › outputs[0]: has shape [1, 2], expected [2]: element by element',
  );
  refuses(
    'a sigmoid of another shape',
    ['tensors', 'score', 'shape'],
    [3],
    'sigmoid › outputs[0]: has shape [3], expected [2]: element by element',
  );
  refuses(
    'a sigmoid table that the range does not divide',
    ['layers', 'sigmoid', 'range'],
    5,
    'sigmoid › table: has 32 entries, which is no multiple of 2 x range = 10',
  );
  refuses(
    'dense weights for other inputs',
    ['constants', 'dense.weights', 'shape'],
    [4, 3],
    'dense › weights: has shape [4, 3], expected [6, 2]: weights are [inputs, outputs]',
    sparseDocument,
  );
  refuses(
    'a dense bias for other outputs',
    ['constants', 'dense.bias', 'shape'],
    [1],
    'dense › bias: has shape [1], expected [2]: one bias an output',
    sparseDocument,
  );
});

describe('softmax', () => {
  refuses(
    'an image',
    ['tensors', 'scores', 'shape'],
    [2, 1],
    'softmax › inputs[0]: has shape [2, 1], expected [any]: softmax takes a vector',
    sparseDocument,
  );
  refuses(
    'an exp table whose size is no power of two',
    ['constants', 'softmax.exp'],
    { shape: [6], type: 'ufixed<8,4>', raw: null },
    'softmax › expTable: has 6 entries, expected a power of two of at most 2^6',
    sparseDocument,
  );
  refuses(
    'an inverse table longer than its argument has values',
    ['constants', 'softmax.inverse'],
    { shape: [512], type: 'ufixed<8,4>', raw: null },
    'softmax › inverseTable: has 512 entries, expected a power of two of at most 2^8',
    sparseDocument,
  );
});
