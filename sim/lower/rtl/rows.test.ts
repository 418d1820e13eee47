import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { networkTiming, simulateNetwork } from '../../cycles/index.ts';
import { importModel } from '../../import/index.ts';
import { readRecordedEvents } from '../../import/vectors/index.ts';
import { HARDWARE_MAPPINGS, lowerNetwork, networkChoices } from './index.ts';

const path = 'golden/sparsepixels/neutrino-8b-sparse_t';
const { model } = importModel(path);
const [rows] = model.tensors[model.inputs[0]].shape;
const events = readRecordedEvents(join(path, 'vectors.json'), model).slice(0, 20);

describe.each(HARDWARE_MAPPINGS)('%s with the image row by row', (mapping) => {
  const network = lowerNetwork(model, networkChoices(model, mapping, 5, { input: 'rows' }));
  const wide = networkTiming(lowerNetwork(model, networkChoices(model, mapping)));

  test.each([
    { gap: 0, stall: 0, seed: 1 },
    { gap: 100, stall: 120, seed: 7 },
  ])('gives the recorded outputs with %j', (noise) => {
    const inputs = events.map(({ input }) => Float64Array.from(input, Number));
    const { outputs, record } = simulateNetwork(network, inputs, noise);
    expect(record.deadlock).toBeNull();
    expect(outputs.map((output) => Array.from(output, BigInt))).toEqual(
      events.map(({ expected }) => expected),
    );
  });

  test('takes a row in every cycle, and the time of the whole image and one cycle after the last row', () => {
    const { latencyCycles, intervalCycles } = networkTiming(network);
    expect(intervalCycles).toBe(Math.max(rows, wide.intervalCycles));
    expect(latencyCycles).toBe(rows - 1 + 1 + wide.latencyCycles);
  });
});

test('the image of a dense network cannot be asked for row by row', () => {
  const dense = importModel('golden/sparsepixels/neutrino-8b-full').model;
  expect(() => networkChoices(dense, 'fast', 5, { input: 'rows' })).toThrow('HWD001');
});
