import { test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { readDesigns } from '../../../bench/reference/read-designs.ts';
import { readJson } from '../../import/read-json.ts';
import { lowerHls, profileFor } from '../../lower/hls/index.ts';
import { price } from '../prices.ts';
import { countDesign } from './count-design.ts';
import { fifoBram18k } from './region.ts';

interface Kinds {
  readonly resources_by_kind: Record<string, { readonly LUT: number | null; readonly FF: number | null }>;
}

describe.each(readDesigns('golden/sparsepixels').filter(({ group }) => group === 'sparse'))(
  'what joins the processes of $name',
  ({ name, model, mapping }) => {
    const profile = profileFor(model, mapping);
    const { region } = countDesign(model, mapping, profile, lowerHls(model, mapping, profile));
    const { top } = readJson(`golden/sparsepixels/${name}/reports.json`) as { top: Kinds };
    const reported = (figure: 'LUT' | 'FF') =>
      ['FIFO', 'Expression', 'Multiplexer', 'Register'].reduce(
        (sum, kind) => sum + (top.resources_by_kind[kind][figure] ?? 0),
        0,
      );

    test('costs what csynth books, to the LUT and the register', () => {
      const { lut, ff } = price('csynth', region);
      expect({ lut, ff }).toEqual({ lut: reported('LUT'), ff: reported('FF') });
    });
  },
);

// FIFOs of the `full` designs' reports: depth in beats, bits, block RAMs.
test.each([
  [4096, 16, 4],
  [4761, 8, 4],
  [3969, 23, 6],
  [3969, 8, 2],
  [3136, 40, 9],
  [3136, 41, 10],
  [3136, 16, 4],
  [2916, 16, 4],
  [144, 38, 3],
  [256, 16, 1],
  [81, 8, 1],
])('a FIFO of %i beats of %i bits takes %i block RAMs', (depth, bits, expected) => {
  expect(fifoBram18k(depth, bits)).toBe(expected);
});
