import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Values } from '../../sim/evaluate/index.ts';
import {
  BuildCache,
  evaluatorOracles,
  type Oracle,
  type OracleContext,
  OracleFailure,
  recordedOracle,
} from '../oracles/index.ts';
import { htmlReport, junitReport, githubAnnotations, type VerifyReport, withEvent } from '../report/index.ts';
import { cutModel, randomEvents, verifyAgainst, type VerifyEvent } from './index.ts';
import { smallEvents, smallMapping, smallModel } from './small-model.suite.ts';

const reference = evaluatorOracles.find(({ name }) => name === 'reference')!;

function contextOf(signal = new AbortController().signal): OracleContext {
  const folder = mkdtempSync(join(tmpdir(), 'pipewright-test-'));
  return {
    cache: new BuildCache({ folder }),
    signal,
    buildTimeoutMs: 1000,
    runTimeoutMs: 1000,
    logFolder: folder,
  };
}

/** The reference interpreter with its values changed on the way out, and whatever else is asked for. */
function fake(
  change: (values: Values, index: number) => Values,
  changes: Partial<Oracle> & { traces?: boolean } = {},
): Oracle {
  return {
    ...reference,
    name: 'fake',
    prepare: async (subject, context) => {
      const prepared = await reference.prepare(subject, context);
      return {
        tracesLayers: changes.traces ?? true,
        async *run(events, depth) {
          let index = 0;
          for await (const { values } of prepared.run(events, depth))
            yield { values: change(values, index++) };
        },
      };
    },
    ...changes,
  };
}

async function run(against: readonly Oracle[], options: { keepGoing?: boolean; signal?: AbortSignal } = {}) {
  const events: VerifyEvent[] = [];
  let report: VerifyReport | undefined;
  const verification = {
    subject: { model: smallModel, mapping: smallMapping },
    events: smallEvents,
    baseline: recordedOracle,
    explainer: reference,
    against,
    context: contextOf(options.signal),
    keepGoing: options.keepGoing ?? false,
  };
  for await (const event of verifyAgainst(verification)) {
    events.push(event);
    report = withEvent(report, event);
  }
  return { events, report: report! };
}

const flipped = (values: Values, tensor: string, element: number): Values =>
  tensor in values
    ? { ...values, [tensor]: values[tensor].map((raw, at) => (at === element ? raw ^ 1n : raw)) }
    : values;

test('both evaluators equal the outputs worked out by hand', async () => {
  const { report } = await run(evaluatorOracles);
  expect(report.verdict).toBe('equal');
  expect(report.oracles.map(({ oracle, verdict }) => [oracle, verdict])).toEqual([
    ['reference', 'equal'],
    ['compiled', 'equal'],
  ]);
  expect(report.oracles[0].totals).toEqual({
    events: 3,
    comparedEvents: 3,
    mismatchedEvents: 0,
    values: 6,
    mismatchedValues: 0,
  });
});

test('the first event, layer, element and bit that differ are named, with what they are made of', async () => {
  const wrong = fake((values, index) => (index === 0 ? values : flipped(values, 'y', 1)));
  const { report } = await run([wrong]);
  expect(report.verdict).toBe('different');
  // A trace run gives one event, which the fake leaves as it is: the difference in the outputs is what stands.
  expect(report.oracles[0].divergence).toMatchObject({
    event: 'second',
    layer: 'copy',
    tensor: 'y',
    element: 1,
    bit: 0,
    foundBy: 'outputs',
    expected: { raw: 5n },
    got: { raw: 4n },
  });
  expect(report.oracles[0].totals.comparedEvents).toBe(2);
});

test('a trace brings the difference down to the layer that made it', async () => {
  const { report } = await run([fake((values) => flipped(flipped(values, 'y', 0), 'positive', 0))]);
  expect(report.oracles[0].divergence).toMatchObject({
    event: 'first',
    layer: 'clip',
    tensor: 'positive',
    element: 0,
    foundBy: 'trace',
    expected: { raw: 11n },
    got: { raw: 10n },
    operands: [{ name: 'sum', index: 0, raw: 11n, value: '0.6875' }],
  });
});

test('bisection asks Models cut short until it has the layer', async () => {
  const faulty: Oracle = {
    ...fake((values) => values, { traces: false }),
    prepare: async (subject, context) => {
      const broken = { ...subject.model.constants.w, raw: [1n, 2n, 3n, -1n] };
      const model = { ...subject.model, constants: { ...subject.model.constants, w: broken } };
      const prepared = await reference.prepare({ ...subject, model }, context);
      return {
        tracesLayers: false,
        async *run(events, depth) {
          for await (const { values } of prepared.run(events, depth)) {
            yield { values: Object.fromEntries(model.outputs.map((name) => [name, values[name]])) };
          }
        },
      };
    },
  };
  const { report } = await run([faulty]);
  expect(report.oracles[0].divergence).toMatchObject({
    layer: 'add',
    tensor: 'sum',
    element: 0,
    foundBy: 'bisection',
    expected: { raw: 11n },
    got: { raw: 15n },
  });
});

test('the table over layers counts every difference when it keeps going', async () => {
  const { report } = await run([fake((values) => flipped(values, 'positive', 1))], { keepGoing: true });
  const rows = report.oracles[0].layers!.map(
    ({ tensor, values, mismatchedValues, largestUlp, firstEvent }) => {
      return [tensor, values, mismatchedValues, largestUlp, firstEvent];
    },
  );
  expect(rows).toEqual([
    ['sum', 6, 0, 0n, undefined],
    ['positive', 6, 3, 1n, 'first'],
    ['y', 6, 0, 0n, undefined],
  ]);
});

test('an oracle that fails on the way keeps what it gave and is no pass', async () => {
  const failing = fake((values, index) => {
    if (index === 2)
      throw new OracleFailure({ kind: 'crashed', oracle: 'fake', phase: 'run', what: 'ended by SIGSEGV' });
    return values;
  });
  const { report } = await run([failing, reference]);
  expect(report.verdict).toBe('failed');
  expect(report.oracles[0]).toMatchObject({
    verdict: 'failed',
    totals: { comparedEvents: 2 },
    failure: { kind: 'crashed' },
  });
  expect(report.oracles[1].verdict).toBe('equal');
});

test('a difference found before a failure stays a difference', async () => {
  const failing = fake((values, index) => {
    if (index === 1)
      throw new OracleFailure({ kind: 'crashed', oracle: 'fake', phase: 'run', what: 'ended by SIGSEGV' });
    return flipped(values, 'y', 0);
  });
  const { report } = await run([failing], { keepGoing: true });
  expect(report.verdict).toBe('different');
  expect(report.oracles[0].failure?.kind).toBe('crashed');
});

test('an oracle that gives fewer events than asked for, or none of the tensors, has failed', async () => {
  const silent: Oracle = {
    ...reference,
    name: 'silent',
    prepare: () => Promise.resolve({ tracesLayers: false, run: () => (async function* () {})() }),
  };
  const elsewhere = fake(() => ({ other: [1n] }));
  const { report } = await run([silent, elsewhere]);
  expect(report.oracles.map(({ verdict, failure }) => [verdict, failure?.kind])).toEqual([
    ['failed', 'bad-output'],
    ['failed', 'bad-output'],
  ]);
});

test('a full disk fails the oracle that met it and nothing else', async () => {
  const full = fake(() => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
  const { report } = await run([full, reference]);
  expect(report.oracles.map(({ verdict, failure }) => [verdict, failure?.kind])).toEqual([
    ['failed', 'no-space'],
    ['equal', undefined],
  ]);
});

test('a missing tool is reported with how to get it', async () => {
  const missing: Oracle = {
    ...reference,
    name: 'none',
    availability: () => Promise.resolve({ kind: 'missing', what: 'no tool', mend: 'install it' }),
  };
  const { report } = await run([missing]);
  expect(report.verdict).toBe('failed');
  expect(report.oracles[0].failure).toMatchObject({ kind: 'missing', what: 'no tool; install it' });
});

test('a run that is called off reports what it has', async () => {
  const controller = new AbortController();
  const stopping = fake((values, index) => {
    if (index === 0) controller.abort();
    return values;
  });
  const { report } = await run([stopping], { signal: controller.signal });
  expect(report.oracles[0]).toMatchObject({
    verdict: 'failed',
    totals: { comparedEvents: 1 },
    failure: { kind: 'cancelled' },
  });
});

test('no event is bad input, not a pass', async () => {
  const verification = verifyAgainst({
    subject: { model: smallModel, mapping: smallMapping },
    events: [],
    baseline: recordedOracle,
    explainer: reference,
    against: [reference],
    context: contextOf(),
    keepGoing: false,
  });
  await expect(verification.next()).rejects.toThrow('there is no event to verify with');
});

test('reports tell a difference, a failed tool and a pass apart', async () => {
  const crash = fake(() => {
    throw new OracleFailure({
      kind: 'crashed',
      oracle: 'fake',
      phase: 'run',
      what: 'ended by SIGSEGV',
      tail: '<boom> & "quotes"',
    });
  });
  const { report } = await run([
    reference,
    { ...fake((values) => flipped(values, 'y', 0)), name: 'wrong' },
    { ...crash, name: 'crash' },
  ]);
  const junit = junitReport(report);
  expect(junit).toContain('tests="3" failures="1" errors="1"');
  expect(junit).toContain('&lt;boom&gt; &amp; &quot;quotes&quot;');
  expect(githubAnnotations(report).match(/^::error title=/gm)).toHaveLength(2);
  expect(githubAnnotations(report)).toContain('%0A');
  const html = htmlReport(report);
  expect(html).toContain('<span class="differs">');
  expect(html).not.toMatch(/<script|<link|https?:/);
});

test('a report after any number of events is whole', async () => {
  const { events } = await run([reference]);
  const partial = events.slice(0, 3).reduce<VerifyReport | undefined>(withEvent, undefined)!;
  expect(partial.verdict).toBeUndefined();
  expect(partial.oracles[0].totals.comparedEvents).toBe(1);
  expect(junitReport(partial)).toContain('not finished');
});

test('a Model cut short keeps only what its last layer needs', () => {
  const cut = cutModel(smallModel, 1);
  expect(cut.outputs).toEqual(['positive']);
  expect(cut.layers.map(({ name }) => name)).toEqual(['add', 'clip']);
  expect(Object.keys(cut.tensors)).toEqual(['x', 'sum', 'positive']);
});

test('the same seed draws the same events, another seed others', () => {
  expect(randomEvents(smallModel, 5, 7)).toEqual(randomEvents(smallModel, 5, 7));
  expect(randomEvents(smallModel, 5, 7)).not.toEqual(randomEvents(smallModel, 5, 8));
});
