import fc from 'fast-check';
import h5wasm, { type Dataset, type Group } from 'h5wasm/node';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../model/index.ts';
import { readHdf5 } from './index.ts';

let folder: string;
beforeAll(async () => {
  await h5wasm.ready;
  folder = mkdtempSync(join(tmpdir(), 'hdf5-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(fill: (root: Group) => void): Uint8Array {
  const path = join(folder, 'file.h5');
  const file = new h5wasm.File(path, 'w');
  fill(file);
  file.close();
  return readFileSync(path);
}

describe('files written by the HDF5 library', () => {
  test('give back nested groups, float32 datasets and text attributes', () => {
    const bytes = write((root) => {
      const vars = root.create_group('layers').create_group('dense').create_group('vars');
      vars.create_attribute('name', 'fc1');
      vars.create_dataset({ name: '0', data: new Float32Array([0.1, -2, 3.5, 4, 5, 6]), shape: [2, 3] });
    });
    const vars = readHdf5(bytes).at('layers', 'dense', 'vars');
    expect(vars?.text('name')).toBe('fc1');
    expect(vars?.text('other')).toBeUndefined();
    expect(vars?.children).toEqual(['0']);
    expect(vars?.at('0')?.numbers()).toEqual({
      shape: [2, 3],
      values: Float64Array.from([Math.fround(0.1), -2, 3.5, 4, 5, 6]),
    });
    expect(vars?.at('1')).toBeUndefined();
  });

  test('with so many links that the newest format stores them densely are refused by name', () => {
    const bytes = write((root) => {
      for (let index = 0; index < 300; index++) {
        root.create_dataset({ name: `w${index}`, data: new Float32Array([index]), shape: [1] });
      }
    });
    expect(() => readHdf5(bytes)).toThrow('densely stored links');
  });

  test('may be chunked and compressed, in any shape', () => {
    const cases = fc.record({
      shape: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }),
      chunk: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3, maxLength: 3 }),
      gzip: fc.boolean(),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(cases, ({ shape, chunk, gzip, seed }) => {
        const count = shape.reduce((a, b) => a * b, 1);
        const data = Float32Array.from({ length: count }, (_, index) => Math.sin(index + seed));
        const chunks = shape.map((size, axis) => Math.min(size, chunk[axis]));
        const bytes = write((root) => {
          root.create_dataset({ name: 'd', data, shape, chunks, ...(gzip ? { compression: 5 } : {}) });
        });
        expect(readHdf5(bytes).at('d')?.numbers()).toEqual({ shape, values: Float64Array.from(data) });
      }),
      { numRuns: 60 },
    );
  });

  test('hold whole numbers of every width', () => {
    const bytes = write((root) => {
      root.create_dataset({ name: 'i8', data: new Int8Array([-128, 127]), shape: [2] });
      root.create_dataset({ name: 'u16', data: new Uint16Array([65535]), shape: [1] });
      root.create_dataset({ name: 'i64', data: new BigInt64Array([-5n]), shape: [1] });
      root.create_dataset({ name: 'f64', data: new Float64Array([0.1]), shape: [] });
    });
    const root = readHdf5(bytes);
    expect([...root.at('i8')!.numbers()!.values]).toEqual([-128, 127]);
    expect([...root.at('u16')!.numbers()!.values]).toEqual([65535]);
    expect([...root.at('i64')!.numbers()!.values]).toEqual([-5]);
    expect(root.at('f64')!.numbers()).toEqual({ shape: [], values: Float64Array.from([0.1]) });
  });
});

describe('what is no sound file', () => {
  test('is refused as damaged wherever it is cut, and never read past its end', () => {
    const bytes = write((root) => {
      root.create_group('g').create_dataset({ name: 'd', data: new Float32Array(9), shape: [9] });
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        try {
          readHdf5(bytes.subarray(0, length)).at('g', 'd')?.numbers();
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
    expect(() => readHdf5(new Uint8Array(4))).toThrow('HDF001');
  });
});

/** Keeps the type imports honest: what the library reads back is what we compare in the other tests. */
test('the library itself reads what it wrote', () => {
  write((root) => root.create_dataset({ name: 'd', data: new Float32Array([1, 2]), shape: [2] }));
  const file = new h5wasm.File(join(folder, 'file.h5'), 'r');
  expect(Array.from((file.get('d') as Dataset).value as Float32Array)).toEqual([1, 2]);
  file.close();
});
