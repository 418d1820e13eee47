import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulateNetwork } from '../../../cycles/index.ts';
import { arbitraryCase } from '../../../evaluate/arbitrary-model.ts';
import { evaluators } from '../../../evaluate/index.ts';
import { InputError, type Model } from '../../../model/index.ts';
import type { Network } from '../../../pipeline/network/index.ts';
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

/** Why a layer may have no hardware, and what in the Model shows it. */
const REFUSALS: readonly (readonly [reason: RegExp, evidence: RegExp])[] = [
  [/^WRAP_SM has no hardware/, /"overflow":"WRAP_SM"/],
  [/^WRAP with saturated bits has no hardware/, /"overflow":"WRAP","saturationBits":[1-9]/],
  [/^a table of \d+ entries over .* is no power of two$/, /"kind":"(sigmoid|softmax)"/],
];

/** The Network, or null where a layer is refused for a reason that the Model shows. Nothing else may stand in the way. */
function lowered(model: Model, clockNs: number, productsPerCycle: number): Network | null {
  try {
    return lowerNetwork(model, { name: 'random', clockNs, productsPerCycle });
  } catch (error) {
    if (!(error instanceof InputError) || error.problem.code !== 'HWD002') throw error;
    const { what } = error.problem;
    const text = JSON.stringify([
      model.layers,
      model.tensors,
      Object.values(model.constants).map(({ type }) => type),
    ]);
    expect(
      REFUSALS.some(([reason, evidence]) => reason.test(what) && evidence.test(text)),
      what,
    ).toBe(true);
    return null;
  }
}

test('random dense models give in hardware what both evaluators give, whatever the gaps and stalls, or are refused', () => {
  const built = new Map<string, number>();
  let refused = 0;
  fc.assert(
    fc.property(
      arbitraryCase({ kinds, maxLayers: 5, maxWidth: 10, maxOutside: 2 }),
      fc.constantFrom(0, 90),
      fc.constantFrom(0, 130),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(5, 8),
      ({ model, inputs }, gap, stall, productsPerCycle, clockNs) => {
        const network = lowered(model, clockNs, productsPerCycle);
        if (network === null) {
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
