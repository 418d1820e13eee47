import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { NO_NOISE } from '../../../sim/cycles/index.ts';
import { hardwareChoices, lowerSparse } from '../../../sim/lower/rtl/index.ts';
import { schedule, ULTRASCALE_PLUS } from '../../../sim/pipeline/circuit/index.ts';
import { verifyAgainst, type VerifyEvent } from '../../against/index.ts';
import { circuitHardware, evaluatorOracles, hardwareOracles } from '../index.ts';
import { testContext } from '../tools.suite.ts';
import { smallSparseEvents, smallSparseModel as model } from './small-sparse-model.suite.ts';

const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
});

const region = schedule(lowerSparse(model, hardwareChoices(model, 'fast')), 5, ULTRASCALE_PLUS);
const oracles = hardwareOracles({ build: (built) => circuitHardware(built, region), noise: NO_NOISE });
const [reference] = evaluatorOracles;

async function verdictOf(name: string): Promise<readonly VerifyEvent[]> {
  const gathered: VerifyEvent[] = [];
  for await (const event of verifyAgainst({
    subject: { model, mapping: undefined },
    events: smallSparseEvents(30),
    baseline: reference,
    explainer: reference,
    against: oracles.filter((oracle) => oracle.name === name),
    context: testContext(mkdtempSync(join(tmpdir(), 'pipewright-missing-'))),
    keepGoing: false,
  }))
    gathered.push(event);
  return gathered;
}

test.each([
  ['verilator', 'verilator was not found'],
  ['icarus', 'iverilog was not found'],
])('without its tool %s gives no verdict, and says so', async (name, what) => {
  process.env.PATH = mkdtempSync(join(tmpdir(), 'pipewright-empty-'));
  const gathered = await verdictOf(name);
  expect(gathered.find(({ kind }) => kind === 'failed')).toMatchObject({
    failure: { kind: 'missing', what: expect.stringContaining(what) as string },
  });
  expect(gathered.at(-1)).toEqual({ kind: 'ended', verdict: 'failed' });
});

test('the cycle simulator gives the values of the reference interpreter, back to back at the interval', async () => {
  const gathered = await verdictOf('cycles');
  expect(gathered.at(-1)).toEqual({ kind: 'ended', verdict: 'equal' });
  const [cycles] = oracles;
  const prepared = await cycles.prepare({ model, mapping: undefined }, testContext(tmpdir()));
  const clocks = [];
  for await (const { clock } of prepared.run(smallSparseEvents(4), 'outputs')) clocks.push(clock?.accepted);
  expect(clocks).toEqual([0, 1, 2, 3].map((event) => event * region.circuit.interval));
});
