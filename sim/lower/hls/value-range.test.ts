import { test } from '@fast-check/vitest';
import { fixed, ufixed } from 'fixed-point-ts';
import { describe, expect } from 'vitest';
import { readDesigns } from '../../../bench/reference/read-designs.ts';
import { readJson } from '../../import/read-json.ts';
import { lowerHls } from './lower-hls.ts';
import { profileFor } from './profiles.ts';
import { bitsOf, tensorRanges, typeRange } from './value-range.ts';

describe('bits of a range', () => {
  test.each([
    [{ min: 0, max: 0 }, 1],
    [{ min: 0, max: 255 }, 8],
    [{ min: 0, max: 256 }, 9],
    [{ min: -1, max: 0 }, 1],
    [{ min: -128, max: 127 }, 8],
    [{ min: -129, max: 3 }, 9],
  ])('%o are %i', (range, bits) => {
    expect(bitsOf(range)).toBe(bits);
  });

  test.each([fixed(16, 6), ufixed(8, 2), fixed(5, 5)])('of a whole type are its width', (type) => {
    expect(bitsOf(typeRange(type))).toBe(type.width);
  });
});

interface Fifo {
  readonly name: string;
  readonly bits: number;
  readonly depth: number;
  readonly count: number;
}

/** csynth rounds FIFOs up to these sizes when it books them. */
const sizeOf = (bits: number) => [4, 8, 16, 32, 64].find((size) => bits <= size);

describe.each(readDesigns('golden/sparsepixels').filter(({ group }) => group === 'sparse'))(
  'FIFOs of $name',
  ({ name, model, mapping }) => {
    const { channels } = lowerHls(model, mapping, profileFor(model, mapping));
    const { top } = readJson(`golden/sparsepixels/${name}/reports.json`) as { top: { fifos: Fifo[] } };
    const reported = (tensor: string, copies: boolean) =>
      top.fifos.filter(
        (fifo) =>
          fifo.name.replace(/(_\d+)?(_c\d*(_channel)?)?$/, '') === tensor && (fifo.depth === 3) === copies,
      );

    test('are as many, and as wide, as in the report', () => {
      const joined = channels.filter(({ from, to }) => from !== null && to !== null);
      for (const tensor of new Set(joined.map((channel) => channel.name.split('@')[0]))) {
        for (const copies of [false, true]) {
          const ours = joined.filter(
            (channel) => channel.name.split('@')[0] === tensor && channel.name.includes('@') === copies,
          );
          const theirs = reported(tensor, copies);
          const count = theirs.reduce((sum, fifo) => sum + fifo.count, 0);
          expect([tensor, copies, ours.reduce((sum, { beat }) => sum + beat.elements, 0)]).toEqual([
            tensor,
            copies,
            count,
          ]);
          if (ours.length > 0 && !copies) {
            const widest = Math.max(...theirs.map(({ bits }) => bits));
            expect([tensor, sizeOf(ours[0].beat.bits)]).toEqual([tensor, sizeOf(widest)]);
          }
        }
      }
    });

    test('carry values that logic synthesis trims further, never less', () => {
      const { local, network } = tensorRanges(model);
      for (const [tensor, range] of network)
        expect(bitsOf(range)).toBeLessThanOrEqual(bitsOf(local.get(tensor)!));
    });
  },
);
