import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { smallEvents, smallMapping, smallModel } from '../against/small-model.suite.ts';
import { BuildCache, evaluatorOracles, type Oracle, OracleFailure } from '../oracles/index.ts';
import { readRegression, shrinkAgainst, writeRegression } from './index.ts';

const reference = evaluatorOracles.find(({ name }) => name === 'reference')!;
const folder = mkdtempSync(join(tmpdir(), 'pipewright-shrink-'));
const context = {
  cache: new BuildCache({ folder }),
  signal: new AbortController().signal,
  buildTimeoutMs: 1000,
  runTimeoutMs: 1000,
  logFolder: folder,
};
const subject = { model: smallModel, mapping: smallMapping };

/** Takes the weight of the first input for one more than it is; fails on Models without that layer if told so. */
function faulty(failsWithoutDense = false): Oracle {
  return {
    ...reference,
    name: 'faulty',
    prepare: (of, given) => {
      const { w } = of.model.constants;
      if (!w && failsWithoutDense)
        throw new OracleFailure({ kind: 'failed', oracle: 'faulty', phase: 'build', what: 'no dense layer' });
      const constants = w
        ? { ...of.model.constants, w: { ...w, raw: [2n, ...w.raw!.slice(1)] } }
        : of.model.constants;
      return reference.prepare({ ...of, model: { ...of.model, constants } }, given);
    },
  };
}

test.each([false, true])(
  'an event shrinks to the faulty layer and one input element, whatever fails on the way',
  async (fails) => {
    const shrunk = await shrinkAgainst(faulty(fails), subject, smallEvents[0], context);
    if (shrunk.kind !== 'shrunk') throw new Error(shrunk.why);
    expect(shrunk.small.model.layers.map(({ name }) => name)).toEqual(['add']);
    expect(shrunk.small.event.input).toEqual([1n, 0n]);
    expect(shrunk.tried).toBeGreaterThan(1);
  },
);

test('an oracle that agrees with the reference interpreter gives nothing to shrink', async () => {
  expect(await shrinkAgainst(reference, subject, smallEvents[0], context)).toMatchObject({
    kind: 'not-shrunk',
    why: expect.stringContaining('it is the baseline that differs') as unknown,
  });
});

test('recorded results cannot be shrunk', async () => {
  const actual = { ...reference, name: 'actual', canBisect: false };
  expect(await shrinkAgainst(actual, subject, smallEvents[0], context)).toMatchObject({ kind: 'not-shrunk' });
});

test('a regression is read back as it was written, with the outputs that are right', () => {
  const written = writeRegression(
    { about: 'a test', foundBy: 'nobody', model: smallModel, mapping: smallMapping },
    smallEvents,
  );
  const read = readRegression(JSON.parse(JSON.stringify(written)) as unknown);
  expect(read.model).toEqual(smallModel);
  expect(read.mapping).toEqual(smallMapping);
  expect(read.events).toEqual(smallEvents);
});

test('a regression that says nothing of an output is refused', () => {
  const written = writeRegression(
    { about: 'a test', foundBy: 'nobody', model: smallModel, mapping: undefined },
    smallEvents,
  );
  const spoiled = { ...written, events: [{ ...written.events[0], outputs: {} }] };
  expect(() => readRegression(spoiled)).toThrow("error REG001: says nothing of the output 'y'");
});
