import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { simulateRegion } from '../../cycles/index.ts';
import { importModel } from '../../import/index.ts';
import { schedule, ULTRASCALE_PLUS, verifySchedule } from '../../pipeline/circuit/index.ts';
import { HARDWARE_MAPPINGS, hardwareChoices, lowerSparse, slotsOf } from './index.ts';

const root = 'golden/sparsepixels';
const designs = readdirSync(root).filter((name) => name.includes('sparse_'));

interface Vectors {
  readonly input_shape: readonly number[];
  readonly events: readonly {
    id: string;
    x_index: readonly number[];
    x_raw: readonly number[];
    y_raw: readonly number[];
  }[];
}

/** Latency in terms of csynth's, by kept pixels. */
const FAST_LATENCY: Readonly<Record<number, number>> = { 20: 0.4, 16: 0.4, 12: 0.5, 8: 0.65 };

describe.each(designs)('%s', (design) => {
  const { model } = importModel(join(root, design));
  const vectors = JSON.parse(readFileSync(join(root, design, 'vectors.json'), 'utf8')) as Vectors;
  const reports = JSON.parse(readFileSync(join(root, design, 'reports.json'), 'utf8')) as {
    top: { latency: { min: number } };
  };
  const pixels = vectors.input_shape.reduce((product, size) => product * size, 1);
  const inputs = vectors.events.map(({ x_index, x_raw }) => {
    const image = new Float64Array(pixels);
    x_index.forEach((index, i) => (image[index] = x_raw[i]));
    return image;
  });

  test.each(HARDWARE_MAPPINGS)(
    'built %s gives the recorded outputs of every event within the latency and interval aimed at',
    (mapping) => {
      const scheduled = schedule(lowerSparse(model, hardwareChoices(model, mapping)), 5, ULTRASCALE_PLUS);
      verifySchedule(scheduled);
      const results = simulateRegion(scheduled, inputs);
      expect(results.map(({ output }) => output)).toEqual(vectors.events.map(({ y_raw }) => y_raw));

      const slots = slotsOf(model);
      const [latency, interval] = mapping === 'fast' ? [FAST_LATENCY[slots], 5] : [0.75, slots + 4];
      expect(scheduled.latencyCycles).toBeLessThanOrEqual(latency * reports.top.latency.min);
      expect(results.map(({ accepted }) => accepted)).toEqual(results.map((_, index) => index * interval));
      expect(new Set(results.map(({ accepted, taken }) => taken - accepted))).toEqual(
        new Set([scheduled.latencyCycles]),
      );
    },
  );
});
