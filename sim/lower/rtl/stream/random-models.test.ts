import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulateNetwork } from '../../../cycles/index.ts';
import { arbitraryCase } from '../../../evaluate/arbitrary-model.ts';
import { evaluators } from '../../../evaluate/index.ts';
import { InputError } from '../../../model/index.ts';
import { ScheduleError } from '../../../pipeline/circuit/index.ts';
import { lowerNetwork } from '../index.ts';

const kinds = [
  'zero-pad2d',
  'conv2d',
  'average-pool2d',
  'max-pool2d',
  'dense',
  'relu',
  'sigmoid',
  'softmax',
  'flatten',
] as const;

test('random dense models give in hardware what both evaluators give, whatever the gaps and stalls, or are refused', () => {
  const built = new Map<string, number>();
  let refused = 0;
  fc.assert(
    fc.property(
      arbitraryCase({ kinds, maxLayers: 5, maxWidth: 10, maxOutside: 2 }),
      fc.constantFrom(0, 90),
      fc.constantFrom(0, 130),
      fc.integer({ min: 1, max: 40 }),
      ({ model, inputs }, gap, stall, productsPerCycle) => {
        let network;
        try {
          network = lowerNetwork(model, { name: 'random', clockNs: 8, productsPerCycle });
        } catch (error) {
          if (!(error instanceof ScheduleError) && !(error instanceof InputError)) throw error;
          refused += 1;
          return;
        }
        const images = inputs.map(({ x }) => Float64Array.from(x, Number));
        const { record, outputs } = simulateNetwork(network, images, { gap, stall, seed: 5 });
        expect(record.deadlock).toBeNull();
        for (const evaluator of evaluators) {
          const evaluate = evaluator.prepare(model);
          const expected = inputs.map((input) => evaluate(input)[model.outputs[0]].map(Number));
          expect(outputs.map((output) => [...output])).toEqual(expected);
        }
        for (const { kind } of model.layers) built.set(kind, (built.get(kind) ?? 0) + 1);
      },
    ),
    { numRuns: 400, seed: 20261122 },
  );
  for (const kind of kinds) expect(built.get(kind) ?? 0, kind).toBeGreaterThan(15);
  expect(refused).toBeLessThan(200);
});
