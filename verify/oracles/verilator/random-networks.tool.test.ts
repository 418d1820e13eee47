import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitNetwork } from '../../../rtl-templates/verilog/index.ts';
import { type HandshakeNoise, NO_NOISE, simulateNetwork } from '../../../sim/cycles/index.ts';
import {
  buildable,
  generator,
  sparseChoices,
  sparseModel,
  sparseRecipe,
} from '../../../sim/lower/rtl/arbitrary-sparse-model.ts';
import { lowerNetwork } from '../../../sim/lower/rtl/index.ts';
import { arbitraryNetwork, randomBeats } from '../../../sim/pipeline/network/arbitrary-network.ts';
import { forkAndJoin } from '../../../sim/pipeline/network/fork-and-join.suite.ts';
import { beatSize, channelOf, type Network, printNetwork } from '../../../sim/pipeline/network/index.ts';
import { widthOf } from '../../../sim/pipeline/circuit/index.ts';
import { ownContext } from '../rtl/rtl-run.ts';
import { packElements } from '../rtl/hardware.ts';
import { verilatorBatch } from './batch.suite.ts';
import { verilatorVersion } from './build.ts';

const NETWORKS = 20;
/** Sparse networks whose images come row by row. */
const IN_ROWS = 6;
const EVENTS = 4;
const SEED = 20261122;
const noises: readonly HandshakeNoise[] = [
  NO_NOISE,
  { gap: 100, stall: 0, seed: 3 },
  { gap: 60, stall: 150, seed: 7 },
];
const version = await verilatorVersion();
const skipped = version === undefined ? ' (skipped: verilator is missing)' : '';

const events = (network: Network) =>
  Array.from({ length: EVENTS }, (_, event) => randomBeats(network, event, SEED));

describe.skipIf(version === undefined)(`random networks in Verilator${skipped}`, () => {
  test('give the values and the cycle of every output beat of the simulator, and stand still where it says so', async () => {
    const drawn = fc
      .sample(arbitraryNetwork, { numRuns: 3 * NETWORKS, seed: SEED })
      .filter((network) => simulateNetwork(network, events(network)).record.deadlock === null);
    const inRows = fc.sample(sparseRecipe, { numRuns: IN_ROWS, seed: SEED }).map((recipe) => {
      const r = buildable(recipe);
      return lowerNetwork(sparseModel(r, generator(r.seed)), { ...sparseChoices(r), input: 'rows' });
    });
    const all = [...drawn.slice(0, NETWORKS), ...inRows, forkAndJoin({ shortDepth: 3 })];
    const networks = all.map((network, index) => ({
      ...network,
      name: `random_${index}`,
    }));
    const designs = networks.map((network) =>
      emitNetwork(network, { latencyCycles: 500, intervalCycles: 100 }),
    );
    const scratch = mkdtempSync(join(tmpdir(), 'pipewright-networks-'));
    try {
      const batch = await verilatorBatch(designs, ownContext(resolve('.cache/verilator')));
      let compared = 0;
      for (const [index, network] of networks.entries()) {
        const { beat } = channelOf(network, network.input);
        const inputs = events(network);
        const words = inputs.flatMap((input) => portWords(input, beatSize(beat), widthOf(beat[0].range)));
        for (const noise of noises) {
          const { record, outputs } = simulateNetwork(network, inputs, noise);
          const run = batch.run(index, words, noise, join(scratch, `${index}`));
          if (record.deadlock) {
            await expect(run).rejects.toThrow('no end after');
            continue;
          }
          const got = await run;
          const output = record.channels.find(({ name }) => name === network.output)!;
          const { outputWidths } = designs[index].top;
          const text = printNetwork(network);
          expect(
            got.flatMap(({ beats }) => beats),
            text,
          ).toEqual([...output.read]);
          expect(
            got.map(({ accepted }) => accepted),
            text,
          ).toEqual(record.events.map(({ accepted }) => accepted));
          expect(
            got.map(({ output: bits }) => bits),
            text,
          ).toEqual(
            outputs.map((values) =>
              Array.from(values, (value, i) =>
                BigInt.asUintN(outputWidths[i % outputWidths.length], BigInt(value)),
              ),
            ),
          );
          compared += 1;
        }
      }
      expect(compared).toBeGreaterThanOrEqual(2 * (NETWORKS + IN_ROWS));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});

/** Input beats as port words. */
function portWords(input: Float64Array, elements: number, width: number): bigint[] {
  return Array.from({ length: input.length / elements }, (_, beat) =>
    packElements(Array.from(input.subarray(beat * elements, (beat + 1) * elements), BigInt), width),
  );
}
