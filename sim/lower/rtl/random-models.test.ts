import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulateRegion } from '../../cycles/index.ts';
import { evaluators } from '../../evaluate/index.ts';
import { schedule, ULTRASCALE_PLUS } from '../../pipeline/circuit/index.ts';
import {
  buildable,
  generator,
  pickRaw,
  sparseChoices,
  sparseModel,
  type SparseRecipe,
  sparseRecipe,
} from './arbitrary-sparse-model.ts';
import { lowerSparse } from './index.ts';

const reference = evaluators.find(({ name }) => name === 'reference')!;

test('random sparse models give in hardware what the reference interpreter gives, event by event', () => {
  const built = { none: 0, average: 0, max: 0 };
  fc.assert(
    fc.property(sparseRecipe, (drawn) => {
      const r = buildable(drawn);
      const next = generator(r.seed);
      const model = sparseModel(r, next);
      const events = Array.from({ length: 3 }, () => image(r, next));
      const scheduled = schedule(lowerSparse(model, sparseChoices(r)), 5, ULTRASCALE_PLUS);
      const results = simulateRegion(
        scheduled,
        events.map((event) => event.map(Number)),
      );
      const evaluate = reference.prepare(model);
      results.forEach(({ output }, index) => {
        expect(output.map(BigInt)).toEqual(evaluate({ x: events[index] })[model.outputs[0]]);
      });
      built[r.pooling] += 1;
    }),
    { numRuns: 200, seed: 11 },
  );
  for (const count of Object.values(built)) expect(count).toBeGreaterThan(30);
});

function image(r: SparseRecipe, next: () => number): bigint[] {
  return Array.from({ length: r.height * r.width * r.channels }, () =>
    next() % 100 < r.density ? pickRaw(r.input, next) : 0n,
  );
}
