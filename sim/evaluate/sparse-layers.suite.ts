/** Sparse reduction, ReLU and flatten against values worked out by hand from the rules of SparsePixels 0.2.1. */
import { describe, expect, test } from 'vitest';
import type { Evaluator } from './evaluator.ts';
import { type OneLayer, runLayer } from './one-layer.ts';

const dialect = 'sparsepixels-0.2.1';
const PLACES = 'uint<10>';
/** Row and column of each slot. */
type Places = readonly number[];

export function sparseLayersSuite(evaluator: Evaluator): void {
  const run = (one: OneLayer) => runLayer(evaluator, one);

  describe('sparse input reduction', () => {
    const reduce = (
      image: readonly number[],
      shape: readonly number[],
      slots: number,
      threshold: number,
      type = 'int<8>',
    ) =>
      run({
        layer: {
          name: 'r',
          kind: 'sparse-input-reduce',
          dialect,
          inputs: ['x'],
          outputs: ['f', 'p'],
          threshold: BigInt(threshold),
          indexBits: 12,
        },
        inputs: { x: [shape, type, image] },
        outputs: { f: [[slots, shape[2]], type], p: [[slots, 2], PLACES] },
      });

    test('keeps the first pixels above the threshold in raster order, with coordinates from 1', () => {
      const image = [0, 6, 5, 0, 9, 0, 0, 7, 0, 0, 0, 8]; // 3 rows of 4; 5 is not above 5
      expect(reduce(image, [3, 4, 1], 3, 5)).toEqual({ f: [6, 9, 7], p: [1, 2, 2, 1, 2, 4] });
    });

    test('fills empty slots with 0 at (1, 1)', () => {
      expect(reduce([1, 0, 0, 4], [2, 2, 1], 3, 1)).toEqual({ f: [4, 0, 0], p: [2, 2, 1, 1, 1, 1] });
    });

    test('gives empty slots the other channels of the first pixel', () => {
      const image = [0, 11, 12, 3, 21, 22]; // 1 x 2 pixels of 3 channels
      expect(reduce(image, [1, 2, 3], 2, 0)).toEqual({ f: [3, 21, 22, 0, 11, 12], p: [1, 2, 1, 1] });
    });

    test('looks at channel 0 alone, and keeps zeros and negatives of the others', () => {
      const image = [0, 99, 5, 0, 6, -7]; // 1 x 3 pixels of 2 channels
      expect(reduce(image, [1, 3, 2], 2, 0)).toEqual({ f: [5, 0, 6, -7], p: [1, 2, 1, 3] });
    });

    test('drops negative pixels', () => {
      expect(reduce([-5, -1, 2, -128], [2, 2, 1], 1, 0)).toEqual({ f: [2], p: [2, 1] });
    });

    test('numbers rows by the width of an image that is not square', () => {
      expect(reduce([0, 0, 0, 0, 1, 0, 1, 0, 0, 0], [2, 5, 1], 2, 0).p).toEqual([1, 5, 2, 2]);
    });
  });

  describe('sparse ReLU', () => {
    const relu = (x: readonly number[], from: string, to: string) =>
      run({
        layer: { name: 'r', kind: 'sparse-relu', dialect, inputs: ['x'], outputs: ['y'] },
        inputs: { x: [[x.length, 1], from, x] },
        outputs: { y: [[x.length, 1], to] },
      }).y;

    test('keeps positive values and makes the others 0', () => {
      expect(relu([5, 0, -3], 'int<8>', 'int<8>')).toEqual([5, 0, 0]);
    });

    test('rounds and saturates to the output type', () => {
      // quarters to whole numbers, ties to even: 0.5, 1.5, 2.5, 30 into 4 bits
      expect(relu([2, 6, 10, 120, -120], 'fixed<8,6>', 'ufixed<4,4,RND_CONV,SAT>')).toEqual([0, 2, 2, 15, 0]);
    });
  });

  describe('sparse flatten', () => {
    const flatten = (x: readonly number[], places: Places, height: number, width: number, channels = 1) =>
      run({
        layer: {
          name: 'f',
          kind: 'sparse-flatten',
          dialect,
          inputs: ['x', 'p'],
          outputs: ['y'],
          height,
          width,
        },
        inputs: {
          x: [[places.length / 2, channels], 'int<8>', x],
          p: [[places.length / 2, 2], PLACES, places],
        },
        outputs: { y: [[height * width * channels], 'int<8>'] },
      }).y;

    test('puts every feature at its row, column and channel, and 0 elsewhere', () => {
      expect(flatten([1, 2, 3, 4], [1, 3, 2, 1], 2, 3, 2)).toEqual([0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0]);
    });

    test('never overwrites a value by 0', () => {
      expect(flatten([5, 0], [1, 1, 1, 1], 1, 2)).toEqual([5, 0]);
    });

    test('lets the later of two values on one place win', () => {
      expect(flatten([5, 6], [1, 2, 1, 2], 1, 2)).toEqual([0, 6]);
    });

    test('looks at each channel by itself when two slots share a place', () => {
      expect(flatten([5, 6, 0, 7], [1, 1, 1, 1], 1, 1, 2)).toEqual([5, 7]);
    });
  });
}
