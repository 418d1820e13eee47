/** Which values each kind of layer made an element from, worked out by hand. */
import { parseFormat } from 'fixed-point-ts';
import { describe, expect, test } from 'vitest';
import { modelOf, type OneLayer } from '../../sim/evaluate/one-layer.ts';
import { reference } from '../../sim/evaluate/reference/index.ts';
import { operandsOf } from './operands.ts';

/** `name[index] raw` of every operand of one element, in the order given. */
function operands(one: OneLayer, output: number, element: number): string[] {
  const model = modelOf(one);
  const inputs = Object.entries(one.inputs).map(([name, [, , raw]]) => [name, raw.map(BigInt)]);
  const values = reference.prepare(model)(Object.fromEntries(inputs) as Record<string, bigint[]>);
  return operandsOf(model, one.layer, output, element, values).map(
    ({ name, index, raw }) => `${name}[${index}] ${raw}`,
  );
}

const hls4ml = 'hls4ml-1.0.0';
const sparse = 'sparsepixels-0.2.1';
const NO_PADDING = { top: 0, bottom: 0, left: 0, right: 0 };

describe('the operands of', () => {
  test('ReLU, sigmoid and flatten are the one element', () => {
    const one: OneLayer = {
      layer: { name: 'r', kind: 'relu', dialect: hls4ml, inputs: ['x'], outputs: ['y'] },
      inputs: { x: [[3], 'int<8>', [4, -5, 6]] },
      outputs: { y: [[3], 'int<8>'] },
    };
    expect(operands(one, 0, 1)).toEqual(['x[1] -5']);
  });

  test('a dense output are its bias, then inputs that are not 0, each with its weight', () => {
    const one: OneLayer = {
      layer: {
        name: 'd',
        kind: 'dense',
        dialect: hls4ml,
        inputs: ['x'],
        outputs: ['y'],
        accumulator: parseFormat('int<16>'),
        weights: 'w',
        bias: 'b',
      },
      inputs: { x: [[3], 'int<8>', [4, 0, 6]] },
      outputs: { y: [[2], 'int<16>'] },
      constants: { w: [[3, 2], 'int<8>', [1, 2, 3, 4, 5, 6]], b: [[2], 'int<8>', [7, 8]] },
    };
    expect(operands(one, 0, 1)).toEqual(['b[1] 8', 'x[0] 4', 'w[1] 2', 'x[2] 6', 'w[5] 6']);
  });

  test('a convolution of an image of one axis are those of an image of one row', () => {
    const one: OneLayer = {
      layer: {
        name: 'c',
        kind: 'conv2d',
        dialect: hls4ml,
        inputs: ['x'],
        outputs: ['y'],
        window: [1, 2],
        stride: [1, 1],
        padding: NO_PADDING,
        accumulator: parseFormat('int<16>'),
        weights: 'w',
        bias: 'b',
      },
      inputs: { x: [[3, 1], 'int<8>', [4, 5, 6]] },
      outputs: { y: [[2, 1], 'int<16>'] },
      constants: { w: [[1, 2, 1, 1], 'int<8>', [2, 3]], b: [[1], 'int<8>', [7]] },
    };
    expect(operands(one, 0, 1)).toEqual(['b[0] 7', 'x[1] 5', 'w[0] 2', 'x[2] 6', 'w[1] 3']);
  });

  test('a convolution are the bias, then the pixels in the window that are not 0 or padding, each with its weight', () => {
    const one: OneLayer = {
      layer: {
        name: 'c',
        kind: 'conv2d',
        dialect: hls4ml,
        inputs: ['x'],
        outputs: ['y'],
        window: [2, 2],
        stride: [1, 1],
        padding: { ...NO_PADDING, top: 1, left: 1 },
        accumulator: parseFormat('int<16>'),
        weights: 'w',
        bias: 'b',
      },
      // 2 x 2 pixels of 2 channels
      inputs: { x: [[2, 2, 2], 'int<8>', [1, 2, 3, 0, 5, 6, 7, 8]] },
      outputs: { y: [[2, 2, 1], 'int<16>'] },
      constants: { w: [[2, 2, 2, 1], 'int<8>', [10, 11, 12, 13, 14, 15, 16, 17]], b: [[1], 'int<8>', [9]] },
    };
    // output (0, 1): the window's top row is padding, its bottom row is pixels (0, 0) and (0, 1) with taps 2 and 3
    expect(operands(one, 0, 1)).toEqual([
      'b[0] 9',
      'x[0] 1',
      'w[4] 14',
      'x[1] 2',
      'w[5] 15',
      'x[2] 3',
      'w[6] 16',
    ]);
  });

  test('a pooled pixel are the elements of its channel in the window', () => {
    const one: OneLayer = {
      layer: {
        name: 'm',
        kind: 'max-pool2d',
        dialect: hls4ml,
        inputs: ['x'],
        outputs: ['y'],
        window: [1, 2],
        stride: [1, 2],
        padding: NO_PADDING,
      },
      inputs: { x: [[1, 4, 2], 'int<8>', [1, 2, 3, 4, 5, 6, 0, 8]] },
      outputs: { y: [[1, 2, 2], 'int<8>'] },
    };
    expect(operands(one, 0, 3)).toEqual(['x[5] 6', 'x[7] 8']);
  });

  test('a padded pixel are the pixel it copies, and none in the padding', () => {
    const one: OneLayer = {
      layer: {
        name: 'z',
        kind: 'zero-pad2d',
        dialect: hls4ml,
        inputs: ['x'],
        outputs: ['y'],
        padding: { ...NO_PADDING, top: 1, right: 1 },
      },
      inputs: { x: [[1, 2, 1], 'int<8>', [4, 5]] },
      outputs: { y: [[2, 3, 1], 'int<8>'] },
    };
    expect(operands(one, 0, 4)).toEqual(['x[1] 5']);
    expect(operands(one, 0, 1)).toEqual([]);
    expect(operands(one, 0, 5)).toEqual([]);
  });

  test('softmax are all inputs', () => {
    const one: OneLayer = {
      layer: {
        name: 's',
        kind: 'softmax',
        dialect: hls4ml,
        inputs: ['x'],
        outputs: ['y'],
        difference: parseFormat('fixed<4,4,RND,SAT>'),
        expTable: 'e',
        inverseTable: 'i',
      },
      inputs: { x: [[2], 'int<4>', [3, -2]] },
      outputs: { y: [[2], 'int<8>'] },
      constants: { e: [[2], 'uint<4>', [2, 1]], i: [[2], 'uint<4>', [1, 1]] },
    };
    expect(operands(one, 0, 0)).toEqual(['x[0] 3', 'x[1] -2']);
  });

  test('a kept pixel are the pixel of the image that its coordinates name', () => {
    const one: OneLayer = {
      layer: {
        name: 'r',
        kind: 'sparse-input-reduce',
        dialect: sparse,
        inputs: ['x'],
        outputs: ['f', 'p'],
        threshold: 0n,
        indexBits: 12,
      },
      // 2 x 2 pixels of 2 channels; (1, 2) and (2, 1) are active
      inputs: { x: [[2, 2, 2], 'int<8>', [0, 1, 5, 6, 7, 8, 0, 9]] },
      outputs: { f: [[3, 2], 'int<8>'], p: [[3, 2], 'uint<10>'] },
    };
    expect(operands(one, 0, 3)).toEqual(['x[5] 8']);
    expect(operands(one, 1, 2)).toEqual(['x[4] 7']);
    expect(operands(one, 0, 5)).toEqual(['x[1] 1']); // an empty slot: the first pixel's channel 1
  });

  test('a sparse convolution are the features in reach that are not 0, each with its weight, then the bias', () => {
    const one: OneLayer = {
      layer: {
        name: 'c',
        kind: 'sparse-conv2d',
        dialect: sparse,
        inputs: ['x', 'p'],
        outputs: ['y'],
        accumulator: parseFormat('int<16>'),
        weights: 'w',
        bias: 'b',
      },
      inputs: { x: [[3, 2], 'int<8>', [1, 2, 0, 4, 5, 6]], p: [[3, 2], 'uint<10>', [1, 1, 1, 2, 3, 3]] },
      outputs: { y: [[3, 2], 'int<16>'] },
      constants: {
        w: [[3, 3, 2, 2], 'int<8>', Array.from({ length: 36 }, (_, index) => index)],
        b: [[2], 'int<8>', [50, 51]],
      },
    };
    // slot 1 at (1, 2), filter 1: (1, 1) lies to its left (tap 3), itself is tap 4, (3, 3) is out of reach
    // weight index = 4 tap + 2 channel + filter
    expect(operands(one, 0, 3)).toEqual([
      'x[0] 1',
      'w[13] 13',
      'x[1] 2',
      'w[15] 15',
      'x[3] 4',
      'w[19] 19',
      'b[1] 51',
    ]);
  });

  test.each(['sparse-average-pool2d', 'sparse-max-pool2d'] as const)(
    '%s are the features of the cell',
    (kind) => {
      const wiring = { name: 'p', inputs: ['x', 'p'], outputs: ['y', 'q'], pool: 2 };
      const one: OneLayer = {
        layer:
          kind === 'sparse-max-pool2d'
            ? { ...wiring, kind, dialect: 'pipewright-1' }
            : {
                ...wiring,
                kind,
                dialect: sparse,
                accumulator: parseFormat('int<16>'),
                reciprocal: { type: parseFormat('fixed<10,0>'), raw: -512n },
              },
        inputs: { x: [[3, 2], 'int<8>', [1, 2, 3, 4, 5, 6]], p: [[3, 2], 'uint<10>', [1, 1, 3, 1, 2, 2]] },
        outputs: { y: [[3, 2], 'int<16>'], q: [[3, 2], 'uint<10>'] },
      };
      expect(operands(one, 0, 1)).toEqual(['x[1] 2', 'x[5] 6']);
      expect(operands(one, 0, 2)).toEqual(['x[2] 3']);
      expect(operands(one, 1, 2)).toEqual(['p[2] 3']);
    },
  );

  test('a flattened element are the features of its channel at its place, none where no pixel is', () => {
    const one: OneLayer = {
      layer: {
        name: 'f',
        kind: 'sparse-flatten',
        dialect: sparse,
        inputs: ['x', 'p'],
        outputs: ['y'],
        height: 2,
        width: 2,
      },
      inputs: { x: [[3, 2], 'int<8>', [1, 2, 0, 0, 5, 6]], p: [[3, 2], 'uint<10>', [1, 2, 1, 2, 2, 1]] },
      outputs: { y: [[8], 'int<8>'] },
    };
    expect(operands(one, 0, 3)).toEqual(['x[1] 2', 'x[3] 0']);
    expect(operands(one, 0, 4)).toEqual(['x[4] 5']);
    expect(operands(one, 0, 0)).toEqual([]);
  });
});
