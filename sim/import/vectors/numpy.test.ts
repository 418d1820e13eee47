import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { npyBytes, npyWithHeader, packed } from './npy-bytes.ts';
import { readNpy, readNpz, writeNpy } from './numpy.ts';

const SIGNED = [0, 1, -1, 5, -128, 127];
const UNSIGNED = [0, 1, 2, 3, 128, 255];

describe('.npy', () => {
  test.each([
    ['|b1', [0, 1, 1, 0, 0, 1]],
    ['|i1', SIGNED],
    ['|u1', UNSIGNED],
    ['<i2', [...SIGNED.slice(0, 4), -32768, 32767]],
    ['>i2', [...SIGNED.slice(0, 4), -32768, 32767]],
    ['<u2', [...UNSIGNED.slice(0, 4), 256, 65535]],
    ['>u2', [...UNSIGNED.slice(0, 4), 256, 65535]],
    ['<i4', [...SIGNED.slice(0, 4), -(2 ** 31), 2 ** 31 - 1]],
    ['>i4', [...SIGNED.slice(0, 4), -(2 ** 31), 2 ** 31 - 1]],
    ['<u4', [...UNSIGNED.slice(0, 4), 2 ** 31, 2 ** 32 - 1]],
    ['>u4', [...UNSIGNED.slice(0, 4), 2 ** 31, 2 ** 32 - 1]],
    ['<i8', [...SIGNED.slice(0, 4), -(2 ** 52), 2 ** 52]],
    ['>i8', [...SIGNED.slice(0, 4), -(2 ** 52), 2 ** 52]],
    ['<u8', [...UNSIGNED.slice(0, 4), 2 ** 52, 2 ** 63]],
    ['>u8', [...UNSIGNED.slice(0, 4), 2 ** 52, 2 ** 63]],
    ['<f4', [0, -0.25, 1.5, 2 ** -149, -(2 ** 127), 2 ** 24 - 1]],
    ['>f4', [0, -0.25, 1.5, 2 ** -149, -(2 ** 127), 2 ** 24 - 1]],
    ['<f8', [0, -0.1, 1 / 3, 5e-324, -1e308, Math.PI]],
    ['>f8', [0, -0.1, 1 / 3, 5e-324, -1e308, Math.PI]],
  ])('of %s gives its numbers in C order', (descr, values) => {
    const { shape, values: read } = readNpy(npyBytes({ descr, shape: [2, 3], body: packed(descr, values) }));
    expect(shape).toEqual([2, 3]);
    expect(Array.from(read)).toEqual(values);
  });

  test.each([
    ['<f2', 0],
    ['>f2', 1],
  ])('of %s gives normal, subnormal and infinite half floats', (descr, swap) => {
    // 1, -2, 65504 (largest), 2^-14 (smallest normal), 2^-24 (smallest), -0, infinity
    const bits = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8000, 0x7c00];
    const body = Uint8Array.from(
      bits.flatMap((word) => (swap ? [word >> 8, word & 0xff] : [word & 0xff, word >> 8])),
    );
    const { values } = readNpy(npyBytes({ descr, shape: [7], body }));
    expect(Array.from(values)).toEqual([1, -2, 65504, 2 ** -14, 2 ** -24, -0, Infinity]);
  });

  test('of half floats keeps NaN', () => {
    const { values } = readNpy(npyBytes({ descr: '<f2', shape: [1], body: Uint8Array.of(0x01, 0x7e) }));
    expect(Array.from(values)).toEqual([NaN]);
  });

  test('in Fortran order gives C order', () => {
    // [[[0, 1], [10, 11], [20, 21]], [[100, 101], [110, 111], [120, 121]]], the first index fastest in the file
    const columns = [0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121];
    const { shape, values } = readNpy(
      npyBytes({ descr: '<i2', shape: [2, 3, 2], body: packed('<i2', columns), fortran: true }),
    );
    expect(shape).toEqual([2, 3, 2]);
    expect(Array.from(values)).toEqual([0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121]);
  });

  test.each([1, 2, 3] as const)('of format version %i is read', (version) => {
    const body = packed('<f4', [1, 2]);
    expect(readNpy(npyBytes({ descr: '<f4', shape: [2], body, version }))).toEqual({
      shape: [2],
      values: Float64Array.of(1, 2),
    });
  });

  test('may lie anywhere in a larger buffer', () => {
    const bytes = npyBytes({ descr: '<f8', shape: [1], body: packed('<f8', [3]) });
    const shifted = Buffer.concat([Buffer.from('xyz'), bytes]).subarray(3);
    expect(Array.from(readNpy(shifted).values)).toEqual([3]);
  });

  test('written is read back, and is a multiple of 64 bytes up to its data', () => {
    for (const shape of [[4], [2, 2], [1, 4, 1]]) {
      const bytes = writeNpy({ shape, values: [1, -0.1, 1e300, 5e-324] });
      expect((bytes.length - 32) % 64).toBe(0);
      expect(readNpy(bytes)).toEqual({ shape, values: Float64Array.of(1, -0.1, 1e300, 5e-324) });
    }
  });

  describe('is refused', () => {
    const why = (bytes: Uint8Array) => {
      try {
        readNpy(bytes);
      } catch (error) {
        return (error as Error).message;
      }
      return 'not';
    };
    const good = npyBytes({ descr: '<f4', shape: [3], body: packed('<f4', [1, 2, 3]) });

    test.each([
      ['empty', new Uint8Array(0)],
      ['without the magic bytes', Buffer.from('x,y\n1,2\n3,4\n')],
      ['shorter than any header', good.subarray(0, 8)],
    ])('when it is %s', (_sentence, bytes) => {
      expect(why(bytes)).toBe(
        'error VEC002: cannot be read as a NumPy file: it does not begin as a .npy file does',
      );
    });

    test('when it breaks off in its data', () => {
      expect(why(good.subarray(0, good.length - 1))).toBe(
        'error VEC002: cannot be read as a NumPy file: it breaks off: 3 values of 4 bytes are promised, 11 bytes are there',
      );
    });

    test('when its shape is larger than any file', () => {
      const huge = npyBytes({ descr: '<f4', shape: [1e9, 1e9, 1e9], body: new Uint8Array(4) });
      expect(why(huge)).toContain('it breaks off: 1e+27 values of 4 bytes are promised, 4 bytes are there');
    });

    test.each([
      ['breaks off in its header', good.subarray(0, 30)],
      ['holds Python objects', npyBytes({ descr: '|O', shape: [1], body: new Uint8Array(8) })],
      ['holds text', npyBytes({ descr: '<U3', shape: [1], body: new Uint8Array(12) })],
      ['holds dates', npyBytes({ descr: '<M8[ns]', shape: [1], body: new Uint8Array(8) })],
      [
        'holds records',
        npyWithHeader(
          "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
          new Uint8Array(4),
        ),
      ],
      ['has no shape', npyWithHeader("{'descr': '<f4', 'fortran_order': False, }", new Uint8Array(4))],
      ['has a negative shape', npyBytes({ descr: '<f4', shape: [-1], body: new Uint8Array(4) })],
    ])('when it %s', (_sentence, bytes) => {
      expect(why(bytes)).toBe(
        'error VEC002: cannot be read as a NumPy file: its header is not one of a plain array of numbers',
      );
    });

    test.each(['<c8', '<c16', '<f16'])('when it holds %s', (descr) => {
      expect(why(npyBytes({ descr, shape: [1], body: new Uint8Array(16) }))).toBe(
        `error VEC002: cannot be read as a NumPy file: it holds values of kind '${descr.slice(1)}'; booleans, integers and floats of up to 64 bits are read`,
      );
    });
  });
});

describe('.npz', () => {
  const array = (...values: number[]) =>
    npyBytes({ descr: '<f4', shape: [values.length], body: packed('<f4', values) });
  const values = (archive: Record<string, Uint8Array>, name = 'x') =>
    Array.from(readNpz(zipSync(archive), name).values);

  test('gives its only array, whatever its name', () => {
    expect(values({ 'arr_0.npy': array(1, 2) })).toEqual([1, 2]);
  });

  test('gives the array with the name of the input among several', () => {
    expect(values({ 'y.npy': array(3), 'x.npy': array(1, 2) })).toEqual([1, 2]);
  });

  test('does not look at other arrays, which may be of any kind', () => {
    const objects = npyBytes({ descr: '|O', shape: [1], body: new Uint8Array(8) });
    expect(values({ 'labels.npy': objects, 'x.npy': array(1) })).toEqual([1]);
  });

  test('is refused when the input cannot be told', () => {
    expect(() => values({ 'a.npy': array(1), 'b.npy': array(2) })).toThrow(
      "error VEC007: holds the arrays a, b; which one is the input cannot be told\n  mend: name the input array 'x'",
    );
  });

  test('is refused when it holds no array', () => {
    expect(() => values({ 'readme.txt': Buffer.from('hello') })).toThrow(
      'error VEC007: holds the arrays (none);',
    );
  });

  test('is refused when it breaks off', () => {
    const bytes = zipSync({ 'x.npy': array(1, 2, 3) });
    expect(() => readNpz(bytes.subarray(0, bytes.length - 30), 'x')).toThrow(
      'error VEC002: cannot be read as a NumPy file: it is no complete zip archive',
    );
    expect(() => readNpz(new Uint8Array(0), 'x')).toThrow('it is no complete zip archive');
  });

  test('is refused with the name of the array that cannot be read', () => {
    expect(() => values({ 'x.npy': Buffer.from('nothing of the sort') })).toThrow(
      "error VEC002: cannot be read as a NumPy file: it does not begin as a .npy file does\n  at array 'x'",
    );
  });
});
