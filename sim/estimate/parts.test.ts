import { test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { readJson } from '../import/read-json.ts';
import { capacityOf, PART_NAMES } from './parts.ts';

test('the capacity of xcu250 is what the reports give as available', () => {
  const { top } = readJson('golden/sparsepixels/jet-8b-sparse_t/reports.json') as {
    top: { part: string; available: Record<string, number> };
  };
  expect(capacityOf(top.part)).toMatchObject({
    lut: top.available.LUT,
    ff: top.available.FF,
    dsp: top.available.DSP,
    bram18k: top.available.BRAM_18K,
  });
});

test.each([
  ['xc7z020clg400-1', 53_200],
  ['XCZU7EV-ffvc1156-2-e', 230_400],
  ['xcu55c-fsvh2892-2L-e', 1_303_680],
  ['xcu50-fsvh2104-2-e', 871_680],
])('%s is found whatever follows the device', (part, lut) => {
  expect(capacityOf(part)?.lut).toBe(lut);
});

test.each(['xcu2500', 'xczu7e', 'lfe5u-25f', ''])('%j is no part of the table', (part) => {
  expect(capacityOf(part)).toBeUndefined();
});

test.each(PART_NAMES)('%s has two registers a LUT, as all parts of these families', (name) => {
  const { lut, ff } = capacityOf(name)!;
  expect(ff).toBe(2 * lut);
});
