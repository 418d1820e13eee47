import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { readNpy, readNpz, writeNpy } from './numpy.ts';

/** NumPy's version, or why there is none. */
function findNumpy(): { readonly version?: string; readonly reason?: string } {
  try {
    const version = execFileSync('python3', ['-c', 'import numpy; print(numpy.__version__)'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { version: version.trim() };
  } catch {
    return { reason: 'python3 with numpy is not there; get it: pip install numpy' };
  }
}

/** Every dtype in both byte orders and both element orders; `name`.json holds what numpy itself takes the array for. */
const WRITE = `
import json, sys
import numpy as np
folder = sys.argv[1]
base = np.array([[0, 1, 2], [100, 50, 3]])
for kind in ['b1', 'i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8']:
    for endian in '<>':
        for order in 'CF':
            array = np.array(base * (-1.25 if kind[0] == 'f' else -1 if kind[0] == 'i' else 1), order=order).astype(endian + kind, order=order)
            name = f"{folder}/{kind}-{'little' if endian == '<' else 'big'}-{order}"
            np.save(name + '.npy', array)
            json.dump({'shape': array.shape, 'values': array.astype(float).flatten().tolist()}, open(name + '.json', 'w'))
np.savez(f'{folder}/plain.npz', x=base, y=base * 2)
np.savez_compressed(f'{folder}/packed.npz', x=base, labels=np.array(['a', None], dtype=object))
np.save(f'{folder}/objects.npy', np.array([1, 'a'], dtype=object), allow_pickle=True)
`;

const { version, reason } = findNumpy();
if (reason) console.warn(`skipped: ${reason}`);

describe.skipIf(reason !== undefined)(`files of NumPy ${version ?? `(${reason})`}`, () => {
  const write = () => {
    const { path } = temporaryFolder();
    execFileSync('python3', ['-c', WRITE, path]);
    return path;
  };

  test('of every dtype, byte order and element order hold the numbers that NumPy says', () => {
    const folder = write();
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(names).toHaveLength(48);
    for (const name of names) {
      const { shape, values } = readNpy(readFileSync(join(folder, name.replace('.json', '.npy'))));
      expect({ shape, values: Array.from(values) }, name).toEqual(
        JSON.parse(readFileSync(join(folder, name), 'utf8')),
      );
    }
  });

  test('of several arrays are read by name, packed or not, and object arrays beside are no hindrance', () => {
    const folder = write();
    for (const name of ['plain.npz', 'packed.npz']) {
      const { shape, values } = readNpz(readFileSync(join(folder, name)), 'x');
      expect({ shape, values: Array.from(values) }).toEqual({ shape: [2, 3], values: [0, 1, 2, 100, 50, 3] });
    }
  });

  test('of Python objects are refused', () => {
    const folder = write();
    expect(() => readNpy(readFileSync(join(folder, 'objects.npy')))).toThrow('VEC002');
  });

  test('written by Pipewright are read by NumPy with the same bits', () => {
    const folder = temporaryFolder();
    const values = [0.1, -1e300, 5e-324, 2 ** 53 - 1, -0.5, 7];
    folder.write('ours.npy', writeNpy({ shape: [2, 3], values }));
    const script =
      'import numpy, sys; a = numpy.load(sys.argv[1]); print(a.shape, a.dtype, [x.hex() for x in a.flatten().tolist()])';
    const read = execFileSync('python3', ['-c', script, join(folder.path, 'ours.npy')], { encoding: 'utf8' });
    const hex = execFileSync(
      'python3',
      ['-c', `print([float(x).hex() for x in ${JSON.stringify(values)}])`],
      { encoding: 'utf8' },
    );
    expect(read.trim()).toBe(`(2, 3) float64 ${hex.trim()}`);
  });
});
