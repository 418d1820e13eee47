/** A sparse network whose image comes row by row: its Verilog beside the cycle simulator, in Verilator and Icarus. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HandshakeNoise, NO_NOISE } from '../../../sim/cycles/index.ts';
import { lowerNetwork, networkChoices } from '../../../sim/lower/rtl/index.ts';
import { verifyAgainst, type VerifyEvent } from '../../against/index.ts';
import { evaluatorOracles, hardwareOracles, networkHardware } from '../index.ts';
import { testContext } from '../tools.suite.ts';
import { icarusVersion } from '../icarus/run-icarus.ts';
import { verilatorVersion } from '../verilator/build.ts';
import { smallSparseEvents, smallSparseModel } from './small-sparse-model.suite.ts';

const tools = [
  { name: 'verilator', version: await verilatorVersion() },
  { name: 'icarus', version: await icarusVersion() },
];
const NOISES: readonly HandshakeNoise[] = [NO_NOISE, { gap: 100, stall: 120, seed: 7 }];
const [reference] = evaluatorOracles;

for (const { name, version } of tools) {
  if (version === undefined) process.stderr.write(`skipped: ${name} is missing\n`);
}

describe.each(tools)('row-by-row input in $name', ({ name, version }) => {
  test.skipIf(version === undefined).each(NOISES)(
    'gives the values of the reference and the cycles of the simulator with %j',
    async (noise) => {
      const choices = networkChoices(smallSparseModel, 'small', 5, { input: 'rows' });
      const network = lowerNetwork(smallSparseModel, choices);
      const events = smallSparseEvents(12);
      const gathered: VerifyEvent[] = [];
      for await (const event of verifyAgainst({
        subject: { model: smallSparseModel, mapping: undefined },
        events,
        baseline: reference,
        explainer: reference,
        against: hardwareOracles({ build: (built) => networkHardware(built, network), noise }).filter(
          (oracle) => oracle.name === name,
        ),
        context: testContext(mkdtempSync(join(tmpdir(), 'pipewright-rows-'))),
        keepGoing: false,
      }))
        gathered.push(event);
      expect(gathered.find(({ kind }) => kind === 'finished')).toMatchObject({
        verdict: 'equal',
        totals: { events: events.length, comparedEvents: events.length, mismatchedEvents: 0 },
      });
    },
  );
});
