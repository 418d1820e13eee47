import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { readDesigns } from '../../bench/reference/read-designs.ts';
import { eventLogSchema } from '../../schemas/event-log.ts';
import { lowerHls, profileFor } from '../lower/hls/index.ts';
import { readDocument } from '../model/index.ts';
import { type Change, changed } from '../model/spoiled-document.ts';
import { forkJoin } from '../pipeline/arbitrary-fork-join.ts';
import { eventLogOf, recordOfEventLog } from './event-log.ts';
import { tooShallowFork } from './example-pipelines.ts';
import { simulatePipeline } from './pipeline.ts';

const read = (json: unknown) => readDocument('LOG001', eventLogSchema, json);
const conforms = new Ajv2020().compile(
  JSON.parse(readFileSync('schemas/event-log-1.json', 'utf8')) as object,
);

describe('an event log', () => {
  test.prop([forkJoin(fc.integer({ min: 1, max: 9 })), fc.integer({ min: 1, max: 3 }), fc.boolean()])(
    'written as JSON and read back is the run that it was made of, deadlock or not',
    (pipeline, events, noisy) => {
      const record = simulatePipeline(pipeline, {
        events,
        ...(noisy && { noise: { gap: 90, stall: 90, seed: events } }),
      });
      const json: unknown = JSON.parse(JSON.stringify(eventLogOf(record, 5)));
      expect(conforms(json)).toBe(true);
      expect(recordOfEventLog(read(json))).toEqual(record);
    },
  );

  test('of a dense design takes far less room than its cycles', () => {
    const { model, mapping } = readDesigns('golden/sparsepixels').find(
      ({ name }) => name === 'neutrino-8b-full',
    )!;
    const record = simulatePipeline(lowerHls(model, mapping, profileFor(model, mapping)), { events: 4 });
    const beats = record.channels.reduce((sum, { written }) => sum + written.length, 0);
    const log = JSON.stringify(eventLogOf(record));
    expect(beats).toBeGreaterThan(100_000);
    expect(log.length).toBeLessThan(beats);
    expect(recordOfEventLog(read(JSON.parse(log)))).toEqual(record);
  });
});

const log = JSON.parse(
  JSON.stringify(eventLogOf(simulatePipeline(tooShallowFork(3), { events: 1 }), 5)),
) as Parameters<typeof changed>[0];

test.each<readonly [string, Change[0], unknown, string]>([
  ['of another version', ['schema'], 'pipewright/event-log@2', 'schema'],
  ['with a field that it does not have', ['comment'], 'hello', "unknown field 'comment'"],
  [
    'with a channel to a stage that is not there',
    ['channels', 'direct', 'to'],
    7,
    'there is no stage 7\n  at channels[1].to',
  ],
  ['with runs not in threes', ['channels', 'direct', 'written'], [0, 1], 'not in threes'],
  [
    'with cycles after its end',
    ['channels', 'direct', 'written'],
    [0, 1, 99],
    'cycles 0 to 98 of 4\n  at channels[1].written[0]',
  ],
  ['that runs backwards', ['channels', 'direct', 'written'], [2, -1, 3], 'cycles go backwards'],
  [
    'that reads more than was written',
    ['channels', 'direct', 'read'],
    [0, 0, 4],
    'more beats read than written',
  ],
  [
    'with a wait on no channel',
    ['stages', 'fork', 'waits', 0, 'channel'],
    9,
    'there is no channel 9\n  at stages[0].waits[0].channel',
  ],
  ['with an end less', ['stages', 'fork', 'last'], [], 'not as many as first'],
  ['without what a channel holds', ['deadlock', 'occupancy'], [1], '1 figures for 5 channels'],
])('a log %s is refused at its place', (_sentence, path, value, what) => {
  expect(() => read(changed(log, [[path, value]]))).toThrow(what);
});
