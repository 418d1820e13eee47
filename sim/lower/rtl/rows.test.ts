import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { networkTiming, simulateNetwork } from '../../cycles/index.ts';
import { emitNetwork } from '../../../rtl-templates/verilog/index.ts';
import { evaluators } from '../../evaluate/index.ts';
import { importModel } from '../../import/index.ts';
import { readRecordedEvents } from '../../import/vectors/index.ts';
import {
  buildable,
  generator,
  pickRaw,
  sparseChoices,
  sparseModel,
  type SparseRecipe,
  sparseRecipe,
} from './arbitrary-sparse-model.ts';
import { HARDWARE_MAPPINGS, lowerNetwork, networkChoices } from './index.ts';

const reference = evaluators.find(({ name }) => name === 'reference')!;
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

  test('takes a row in every cycle, and after the last row less time than from a whole image', () => {
    const { latencyCycles, intervalCycles } = networkTiming(network);
    expect(intervalCycles).toBe(Math.max(rows, wide.intervalCycles));
    expect(latencyCycles - (rows - 1)).toBeLessThan(wide.latencyCycles);
  });

  test('keeps no image: its registers in front of the layers are a row', () => {
    const { top, frameBits } = emitNetwork(network, networkTiming(network), { tensors: model });
    const { shape, type } = model.tensors[model.inputs[0]];
    expect(top.inputBits).toBe(shape[1] * shape[2] * type.width);
    // The row, and what of it follows through the steps of the search.
    expect(frameBits).toBeLessThan(6 * top.inputBits);
  });
});

test('random sparse models give the same with their images row by row, whatever the gaps and stalls', () => {
  fc.assert(
    fc.property(sparseRecipe, fc.constantFrom(0, 120), fc.constantFrom(0, 160), (drawn, gap, stall) => {
      const r = buildable(drawn);
      const next = generator(r.seed);
      const model = sparseModel(r, next);
      const events = Array.from({ length: 4 }, () => image(r, next));
      const network = lowerNetwork(model, { ...sparseChoices(r), input: 'rows' });
      const inputs = events.map((event) => Float64Array.from(event, Number));
      const { outputs, record } = simulateNetwork(network, inputs, { gap, stall, seed: 3 });
      expect(record.deadlock).toBeNull();
      const evaluate = reference.prepare(model);
      outputs.forEach((output, index) => {
        expect(Array.from(output, BigInt)).toEqual(evaluate({ x: events[index] })[model.outputs[0]]);
      });
      const wide = networkTiming(lowerNetwork(model, sparseChoices(r)));
      const { intervalCycles } = networkTiming(network);
      expect(intervalCycles).toBe(Math.max(r.height, wide.intervalCycles));
    }),
    { numRuns: 60, seed: 12 },
  );
});

function image(r: SparseRecipe, next: () => number): bigint[] {
  return Array.from({ length: r.height * r.width * r.channels }, () =>
    next() % 100 < r.density ? pickRaw(r.input, next) : 0n,
  );
}

test('the image of a dense network cannot be asked for row by row', () => {
  const dense = importModel('golden/sparsepixels/neutrino-8b-full').model;
  expect(() => networkChoices(dense, 'fast', 5, { input: 'rows' })).toThrow('HWD001');
});
