import { expect, test } from 'vitest';
import {
  importModel,
  lowerNetwork,
  networkChoices,
  readEvents,
  simulateNetwork,
  statisticsOf,
} from '../../index.ts';

test('the example of docs/cycles.md gives recorded outputs and statistics', () => {
  const { model } = importModel('golden/sparsepixels/neutrino-8b-sparse_t');
  const network = lowerNetwork(model, networkChoices(model, 'fast'));
  const events = readEvents('golden/sparsepixels/neutrino-8b-sparse_t/vectors.json', model);
  const inputs = events.map(({ input }) => Float64Array.from(input, Number));
  const { outputs, record } = simulateNetwork(network, inputs, { gap: 0, stall: 128, seed: 1 });
  const { latency, interval, channels } = statisticsOf(record);
  expect(outputs.map((output) => Array.from(output, BigInt))).toEqual(events.map(({ expected }) => expected));
  expect([latency!.min, interval!.min]).toEqual([35, 5]);
  expect(channels.map(({ name }) => name)).toEqual(record.channels.map(({ name }) => name));
});
