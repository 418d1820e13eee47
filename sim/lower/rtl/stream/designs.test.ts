import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { simulateNetwork } from '../../../cycles/index.ts';
import { importModel } from '../../../import/index.ts';
import { readEvents } from '../../../import/vectors/index.ts';
import { HARDWARE_MAPPINGS } from '../choices.ts';
import { isSparse, lowerNetwork, networkChoices } from '../network.ts';

const root = 'golden/sparsepixels';
const EVENTS = 4;
const designs = readdirSync(root)
  .map((name) => join(root, name))
  .filter((path) => existsSync(join(path, 'vectors.json')) && !isSparse(importModel(path).model));

test('there are dense designs to hold the hardware against', () => {
  expect(designs.length).toBeGreaterThan(0);
});

describe.each(designs)('%s', (path) => {
  const { model } = importModel(path);
  const file = join(path, 'vectors.json');
  const recorded = (JSON.parse(readFileSync(file, 'utf8')) as { events: { y_raw: number[] }[] }).events;
  const inputs = readEvents(file, model)
    .slice(0, EVENTS)
    .map(({ input }) => Float64Array.from(input, Number));

  test.each(HARDWARE_MAPPINGS)(
    'built %s gives the recorded outputs, takes a pixel every cycle, and is done soon after the last one',
    (mapping) => {
      const network = lowerNetwork(model, networkChoices(model, mapping));
      const { record, outputs } = simulateNetwork(network, inputs);
      expect(outputs.map((output) => [...output])).toEqual(
        recorded.slice(0, EVENTS).map(({ y_raw }) => y_raw),
      );
      const [height, width] = model.tensors[model.inputs[0]].shape;
      const pixels = height * width;
      expect(record.deadlock).toBeNull();
      expect(record.events.map(({ accepted }) => accepted)).toEqual(inputs.map((_, i) => i * pixels));
      const latencies = record.events.map(({ accepted, firstOut }) => firstOut - accepted);
      expect(Math.max(...latencies)).toBeLessThanOrEqual((5400 / 3969) * pixels);
    },
  );
});
