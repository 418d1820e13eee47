import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../model/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { readRecordedEvents } from './index.ts';
import { inputModel, refusal } from './input-model.ts';

describe('recorded vectors', () => {
  const event = { id: 'a', x_index: [1, 5], x_raw: [7, -8], y_raw: [100, -200] };
  const recorded = (...events: unknown[]) => ({ input_shape: [2, 3, 1], events });

  test('give raw integers at their places, and the recorded outputs', () => {
    const file = temporaryFolder().write(
      'vectors.json',
      recorded(event, { id: 'b', x_index: [], x_raw: [] }),
    );
    expect(readRecordedEvents(file, inputModel('fixed<8,4>'))).toEqual([
      { id: 'a', input: [0n, 7n, 0n, 0n, 0n, -8n], expected: [100n, -200n] },
      { id: 'b', input: [0n, 0n, 0n, 0n, 0n, 0n] },
    ]);
  });

  test('give the recorded arrays that lie beside them, event by event', () => {
    const folder = temporaryFolder();
    folder.write('layers.json.gz', gzipSync(JSON.stringify({ events: { b: { y: [1, -2] } } })));
    const file = folder.write('vectors.json', recorded(event, { ...event, id: 'b' }));
    expect(readRecordedEvents(file, inputModel('fixed<8,4>')).map(({ layers }) => layers)).toEqual([
      undefined,
      { y: [1n, -2n] },
    ]);
  });

  test.each([
    [
      'of another input size',
      { ...recorded(event), input_shape: [3, 3, 1] },
      'error VEC003: events have shape [3, 3, 1], the Model takes [2, 3, 1]\n  at vectors.json › input_shape',
    ],
    ['without events', recorded(), 'error VEC003: there are none\n  at vectors.json › events'],
    [
      'with an index outside the input',
      recorded({ ...event, x_index: [1, 6] }),
      'error VEC006: 6 is outside the input of 6 values\n  at vectors.json › event a, x_index[1]',
    ],
    [
      'with an index given twice',
      recorded({ ...event, x_index: [1, 1] }),
      'error VEC006: 1 is given twice\n  at vectors.json › event a, x_index[1]',
    ],
    [
      'with fewer values than indices',
      recorded({ ...event, x_raw: [7] }),
      'error VEC006: has 1 values, x_index has 2\n  at vectors.json › event a, x_raw',
    ],
    [
      'with more values than indices',
      recorded({ ...event, x_raw: [7, 8, 9] }),
      'error VEC006: has 3 values, x_index has 2\n  at vectors.json › event a, x_raw',
    ],
    [
      'with a value outside the type',
      recorded({ ...event, x_raw: [7, 128] }),
      'error VEC006: raw 128 is outside the input type (-128 to 127)\n  at vectors.json › event a, x_raw[1]',
    ],
    [
      'with a value that is no integer',
      recorded({ ...event, x_raw: [7, 0.5] }),
      'error VEC001: Invalid input: expected int, received number\n  at vectors.json › events[0].x_raw[1]',
    ],
    [
      'without an id',
      recorded({ ...event, id: undefined }),
      'error VEC001: is missing (string)\n  at vectors.json › events[0].id',
    ],
  ])('%s are refused', (_sentence, json, message) => {
    expect(refusal('vectors.json', json)).toBe(message);
  });

  test('of another type than the Model takes are refused', () => {
    const type = { signed: false, bits: 8, int_bits: 1, quant: 'AP_TRN', overflow: 'AP_WRAP', sat_bits: 0 };
    const json = { ...recorded(event), input_type: type };
    expect(refusal('vectors.json', json)).toBe(
      'error VEC011: raw integers are of type ufixed<8,1>, the Model takes fixed<8,4>\n  at vectors.json › input_type',
    );
  });

  test.each([
    [
      'that is no gzip file',
      Buffer.from('hello'),
      'error VEC002: is no complete gzip file\n  at layers.json.gz',
    ],
    [
      'that breaks off',
      gzipSync(JSON.stringify({ events: {} })).subarray(0, -9),
      'error VEC002: is no complete gzip file\n  at layers.json.gz',
    ],
    [
      'that holds broken JSON',
      gzipSync('{"events": {'),
      'error IMP002: is truncated: the JSON breaks off at line 1, column 13\n  at layers.json.gz\n  mend: write or copy the file again',
    ],
    [
      'that holds something else',
      gzipSync('{"events": []}'),
      'error VEC001: Invalid input: expected record, received array\n  at layers.json.gz › events',
    ],
  ])('with a layers.json.gz %s are refused', (_sentence, bytes, message) => {
    const folder = temporaryFolder();
    folder.write('layers.json.gz', bytes);
    const file = folder.write('vectors.json', recorded(event));
    const read = () => readRecordedEvents(file, inputModel('fixed<8,4>'));
    expect(read).toThrow(InputError);
    expect(read).toThrow(message.replace('layers.json.gz', join(folder.path, 'layers.json.gz')));
  });
});
