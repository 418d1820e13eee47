/** Sparse average and maximum pooling against values worked out by hand from the rules of SparsePixels 0.2.1. */
import { parseFormat } from 'fixed-point-ts';
import { describe, expect, test } from 'vitest';
import { sparsePixelsReciprocal } from '../model/tables.ts';
import type { Evaluator } from './evaluator.ts';
import { type OneLayer, runLayer } from './one-layer.ts';

const dialect = 'sparsepixels-0.2.1';
const PLACES = 'uint<10>';
/** Row and column of each slot. */
type Places = readonly number[];

export function sparsePoolSuite(evaluator: Evaluator): void {
  const run = (one: OneLayer) => runLayer(evaluator, one);

  describe('sparse average pooling', () => {
    interface Pool {
      readonly x: readonly number[];
      readonly places: Places;
      readonly pool: number;
      readonly channels?: number;
      readonly types?: { x?: string; accumulator?: string; out?: string };
    }
    const average = ({ x, places, pool, channels = 1, types = {} }: Pool) =>
      run({
        layer: {
          name: 'a',
          kind: 'sparse-average-pool2d',
          dialect,
          inputs: ['x', 'p'],
          outputs: ['y', 'q'],
          pool,
          accumulator: parseFormat(types.accumulator ?? 'int<16>'),
          reciprocal: { type: parseFormat('fixed<10,0>'), raw: sparsePixelsReciprocal(pool) },
        },
        inputs: {
          x: [[places.length / 2, channels], types.x ?? 'int<16>', x],
          p: [[places.length / 2, 2], PLACES, places],
        },
        outputs: {
          y: [[places.length / 2, channels], types.out ?? 'fixed<24,16>'],
          q: [[places.length / 2, 2], PLACES],
        },
      });

    test('gives the first slot of each cell the whole sum over the full cell, and later slots 0', () => {
      const places = [1, 1, 1, 2, 1, 3, 2, 2];
      // (4 + 8 + 16) / 4 = 7 = 1792 / 2^8, and 20 / 4 = 5
      expect(average({ x: [4, 8, 20, 16], places, pool: 2 })).toEqual({
        y: [1792, 0, 1280, 0],
        q: [1, 1, 1, 1, 1, 2, 1, 1],
      });
    });

    test.each([
      [2, 512],
      [3, 341],
      [4, 256],
      [5, 204],
      [6, 170],
      [7, 146],
      [8, 128],
      [9, 113],
      [10, 102],
      [1, 0],
      [11, 0],
    ])('of size %i multiplies by (%i / 1024) squared', (pool, over1024) => {
      const types = { out: 'ufixed<21,1>' }; // 20 fraction bits: 1 x q x q is exact
      expect(average({ x: [1], places: [1, 1], pool, types }).y).toEqual([over1024 ** 2]);
    });

    test('multiplies by the published reciprocal, not by 1/49, in a pool of 7', () => {
      const types = { out: 'ufixed<16,10>' };
      // 1000 x 146^2 / 2^20 = 20.3285 -> 1301.02 / 64; 1000 / 49 would be 1306.12 / 64
      expect(average({ x: [1000], places: [7, 7], pool: 7, types }).y).toEqual([1301]);
    });

    test('numbers cells from 1', () => {
      const places = [1, 7, 7, 8, 8, 14, 14, 15];
      expect(average({ x: [1, 1, 1, 1], places, pool: 7 }).q).toEqual([1, 1, 1, 2, 2, 2, 2, 3]);
    });

    test('saturates the sum at every addition', () => {
      const types = { accumulator: 'fixed<5,5,TRN,SAT>', out: 'fixed<16,8>' };
      // -16..15: 10 + 10 -> 15, - 7 -> 8, a quarter of it is 2; in another order 10 - 7 + 10 = 13, 3.25
      const places = [1, 1, 1, 2, 2, 1];
      expect(average({ x: [10, 10, -7], places, pool: 2, types }).y).toEqual([512, 0, 0]);
      expect(average({ x: [10, -7, 10], places, pool: 2, types }).y).toEqual([832, 0, 0]);
    });

    test('assigns features finer than the accumulator at every addition', () => {
      // 3/4 + 3/4 truncated each time: 0, then 0
      const types = { x: 'fixed<8,6>', accumulator: 'int<8>' };
      expect(
        average({
          x: [3, 3],
          places: [1, 1, 1, 2],
          pool: 2,
          types,
        }).y,
      ).toEqual([0, 0]);
    });

    test('assigns the scaled sum once to the output type, ties to even', () => {
      const types = { out: 'ufixed<4,4,RND_CONV,SAT>' };
      const at = [1, 1];
      expect(average({ x: [10], places: at, pool: 2, types }).y).toEqual([2]); // 2.5
      expect(average({ x: [14], places: at, pool: 2, types }).y).toEqual([4]); // 3.5
      expect(average({ x: [100], places: at, pool: 2, types }).y).toEqual([15]); // 25
      expect(average({ x: [-100], places: at, pool: 2, types }).y).toEqual([0]);
    });

    test('pools each channel by itself', () => {
      const places = [1, 1, 2, 2];
      expect(average({ x: [4, 100, 8, 200], places, channels: 2, pool: 2 }).y).toEqual([768, 19200, 0, 0]);
    });

    test('keeps all slots of one cell in one slot, empty ones at (1, 1) included', () => {
      const places = [1, 1, 1, 1, 1, 1];
      expect(average({ x: [4, 0, 0], places, pool: 2 })).toEqual({ y: [256, 0, 0], q: [1, 1, 1, 1, 1, 1] });
    });
  });

  describe('sparse maximum pooling', () => {
    const max = (x: readonly number[], places: Places, pool: number, channels = 1, out = 'int<8>') =>
      run({
        layer: {
          name: 'm',
          kind: 'sparse-max-pool2d',
          dialect: 'pipewright-1',
          inputs: ['x', 'p'],
          outputs: ['y', 'q'],
          pool,
        },
        inputs: {
          x: [[places.length / 2, channels], 'int<8>', x],
          p: [[places.length / 2, 2], PLACES, places],
        },
        outputs: { y: [[places.length / 2, channels], out], q: [[places.length / 2, 2], PLACES] },
      });

    test('gives the first slot of each cell the largest value, and later slots 0', () => {
      const result = max([4, 9, 3, 7], [1, 1, 1, 2, 3, 3, 2, 1], 2);
      expect(result).toEqual({ y: [9, 0, 3, 0], q: [1, 1, 1, 1, 2, 2, 1, 1] });
    });

    test('is at least 0, as dropped pixels are', () => {
      expect(max([-4, -9], [1, 1, 1, 2], 2).y).toEqual([0, 0]);
    });

    test('pools each channel by itself and assigns to the output type', () => {
      const y = max([4, 100, 8, 50], [1, 1, 2, 2], 2, 2, 'fixed<6,6,TRN,SAT>').y;
      expect(y).toEqual([8, 31, 0, 0]);
    });
  });
}
