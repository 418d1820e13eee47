import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitNetwork } from '../../../../rtl-templates/verilog/index.ts';
import { packElements } from '../../../../verify/oracles/rtl/hardware.ts';
import { ownContext } from '../../../../verify/oracles/rtl/rtl-run.ts';
import { verilatorBatch } from '../../../../verify/oracles/verilator/batch.suite.ts';
import { verilatorVersion } from '../../../../verify/oracles/verilator/build.ts';
import { expectLintClean } from '../../../../verify/oracles/verilator/lint.suite.ts';
import { type HandshakeNoise, NO_NOISE, simulateTiming } from '../../../cycles/index.ts';
import { evaluators } from '../../../evaluate/index.ts';
import { lowerNetwork } from '../index.ts';
import { arbitraryBranchingCase } from './branching-model.suite.ts';

const MODELS = 6;
const noises: readonly HandshakeNoise[] = [NO_NOISE, { gap: 80, stall: 140, seed: 7 }];
const version = await verilatorVersion();
const skipped = version === undefined ? ' (skipped: verilator is missing)' : '';

/** Models with a join, most of them of images beside a window. */
const cases = fc
  .sample(arbitraryBranchingCase, { numRuns: 120, seed: 20261122 })
  .map(({ model, events }) => ({
    model,
    events,
    network: lowerNetwork(model, { name: 'random', clockNs: 5, productsPerCycle: 8 }),
  }))
  .filter(({ network: { units } }) => units.some(({ kind }) => kind === 'join'))
  .slice(0, MODELS)
  .map((each, index) => ({ ...each, network: { ...each.network, name: `branching_${index}` } }));

describe.skipIf(version === undefined)(`models that branch, in Verilator${skipped}`, () => {
  const designs = cases.map(({ network, model }) =>
    emitNetwork(network, { latencyCycles: 500, intervalCycles: 100 }, { tensors: model }),
  );

  test('give the evaluator’s values, each beat in the simulator’s cycle, with and without gaps and stalls', async () => {
    expect(cases).toHaveLength(MODELS);
    const scratch = mkdtempSync(join(tmpdir(), 'pipewright-branches-'));
    try {
      const batch = await verilatorBatch(designs, ownContext(resolve('.cache/verilator')));
      for (const [index, { model, events, network }] of cases.entries()) {
        const { shape, type } = model.tensors.x;
        const elements = shape.at(-1)!;
        const words = events.flatMap((event) =>
          Array.from({ length: event.length / elements }, (_, beat) =>
            packElements(event.slice(beat * elements, (beat + 1) * elements), type.width),
          ),
        );
        const evaluate = evaluators[0].prepare(model);
        const { outputWidths } = designs[index].top;
        const expected = events.map((x) =>
          evaluate({ x })[model.outputs[0]].map((raw, i) =>
            BigInt.asUintN(outputWidths[i % outputWidths.length], raw),
          ),
        );
        for (const noise of noises) {
          const got = await batch.run(index, words, noise, join(scratch, `${index}`));
          const record = simulateTiming(network, events.length, noise);
          const output = record.channels.find(({ name }) => name === network.output)!;
          expect(got.map(({ output: bits }) => bits)).toEqual(expected);
          expect(got.flatMap(({ beats }) => beats)).toEqual([...output.read]);
          expect(got.map(({ accepted }) => accepted)).toEqual(record.events.map(({ accepted }) => accepted));
        }
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });

  test('pass verilator --lint-only -Wall', async () => {
    for (const design of designs) await expectLintClean(design);
  });
});
