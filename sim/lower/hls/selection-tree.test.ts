import { fc, test } from '@fast-check/vitest';
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { selectionTree } from './selection-tree.ts';

const timing = { levelsPerCycle: 3, fullFirstCycle: false };
const tree = (pixels: number) => selectionTree(pixels, timing);

/** How many selectors a design's report instantiates, and the interval of its loop. */
function reported(design: string): { selectors: number; interval: number; iterationCycles: number } {
  const report = JSON.parse(readFileSync(`golden/sparsepixels/${design}/reports.json`, 'utf8')) as {
    modules: {
      module: string;
      instance_resources: Record<string, { count: number }>;
      loops: { ii_achieved: number; iteration_latency: number }[];
    }[];
  };
  const { instance_resources: instances, loops } = report.modules.find(({ module }) =>
    module.startsWith('sparse_input_reduce'),
  )!;
  return {
    selectors: instances.operator_s.count,
    interval: loops[0].ii_achieved,
    iterationCycles: loops[0].iteration_latency,
  };
}

describe('the selection tree', () => {
  test.each([
    ['sparsemnist-8b-sparse_l', 48 * 48],
    ['jet-16b-sparse_s', 56 * 56],
    ['neutrino-8b-sparse_m', 63 * 63],
  ])('of %s has the selectors and the loop of its report', (design, pixels) => {
    const { selectors, interval, iterationCycles } = tree(pixels);
    expect({ selectors, interval, iterationCycles }).toEqual(reported(design));
  });

  // Selectors of csynth's scaling studies: its LUTs at 16 and at 10 bits differ by 24 a selector.
  test.each([
    [100, 75, 2, 3],
    [200, 171, 2, 4],
    [300, 193, 3, 4],
    [400, 289, 3, 4],
    [500, 373, 3, 4],
    [1000, 747, 3, 4],
    [1500, 1312, 3, 5],
    [2000, 1753, 3, 5],
    [2500, 1537, 4, 5],
    [3000, 1538, 4, 5],
  ])(
    'over %i pixels has %i selectors, interval %i, iterations of %i cycles',
    (pixels, selectors, interval, iterationCycles) => {
      expect(tree(pixels)).toMatchObject({ selectors, interval, iterationCycles });
    },
  );

  test.prop([fc.integer({ min: 2, max: 5000 })])('makes every selection once', (pixels) => {
    const { selectors, shared } = tree(pixels);
    expect(selectors + shared).toBe(pixels - 1);
  });

  test.prop([fc.integer({ min: 1, max: 12 })])('gets no faster with twice the pixels', (levels) => {
    expect(tree(2 ** (levels + 1)).interval).toBeGreaterThanOrEqual(tree(2 ** levels).interval);
  });

  test('takes a shorter loop at a slower clock', () => {
    expect(selectionTree(3969, { ...timing, levelsPerCycle: 6 }).interval).toBe(2);
  });
});
