import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { readDesigns } from '../../bench/reference/read-designs.ts';
import { estimate } from '../estimate/index.ts';
import { lowerHls, profileFor } from '../lower/hls/index.ts';
import { forkJoin } from '../pipeline/arbitrary-fork-join.ts';
import { exactly, type Pipeline } from '../pipeline/index.ts';
import { breakDeadlock } from './break-deadlock.ts';
import { crossedBranches, tooShallowFork } from './example-pipelines.ts';
import { type PipelineTraffic, simulatePipeline } from './pipeline.ts';
import type { CycleRecord } from './record.ts';
import { resizablePipeline } from './resizable.ts';
import { statisticsOf } from './statistics.ts';

const designs = readDesigns('golden/sparsepixels');
const noise = (seed: number) => ({ gap: 60, stall: 90, seed });

describe.each(designs)('$name', ({ group, model, mapping }) => {
  const pipeline = lowerHls(model, mapping, profileFor(model, mapping));
  const estimated = estimate(model, mapping);
  const { startToEnd, latency, completeLatency, interval } = statisticsOf(
    simulatePipeline(pipeline, { events: 3 }),
  );

  test('takes as many cycles for every event as the estimate says, and lets events in at the estimated interval', () => {
    expect(startToEnd).toEqual(always(estimated.tokenLatencyCycles));
    expect(interval).toEqual(always(estimated.intervalCycles.max));
    if (group === 'sparse') {
      expect(latency).toEqual(always(estimated.latencyCycles.max));
      expect(completeLatency).toEqual(always(estimated.latencyCycles.max));
    }
  });
});

const always = (cycles: number) => ({ min: cycles, mean: cycles, max: cycles });

describe('a record', () => {
  test.prop([forkJoin(fc.integer({ min: 1, max: 9 })), fc.integer({ min: 1, max: 3 }), fc.boolean()])(
    'accounts for every cycle of every stage, and for every beat of every event that left',
    (pipeline, events, noisy) => {
      const record = simulatePipeline(pipeline, { events, ...(noisy && { noise: noise(events) }) });
      const { stages, channels } = statisticsOf(record);
      for (const { busy, starved, blocked, idle } of stages) {
        expect(Math.min(busy, starved, blocked, idle)).toBeGreaterThanOrEqual(0);
        expect(busy + starved + blocked + idle).toBe(record.cycles);
      }
      channels.forEach(({ maxOccupancy }, index) => {
        const { from, to, depth } = record.channels[index];
        expect(maxOccupancy).toBeLessThanOrEqual(from === null || to === null ? 1 : depth);
      });
      for (const { name, written, read, beatsPerEvent } of record.channels) {
        expect(written.length, name).toBeGreaterThanOrEqual(record.events.length * beatsPerEvent);
        expect(read.length, name).toBeGreaterThanOrEqual(record.events.length * beatsPerEvent);
      }
      expect(record.events.length === events).toBe(record.deadlock === null);
    },
  );

  test.prop([forkJoin(fc.constant(40)), fc.integer({ min: 1, max: 1000 })])(
    'of gaps and stalls is the same for the same seed, and no event leaves earlier for them',
    (pipeline, seed) => {
      const noisy = simulatePipeline(pipeline, { events: 3, noise: noise(seed) });
      expect(simulatePipeline(pipeline, { events: 3, noise: noise(seed) })).toEqual(noisy);
      const quiet = simulatePipeline(pipeline, { events: 3 });
      noisy.events.forEach(({ lastOut }, n) =>
        expect(lastOut).toBeGreaterThanOrEqual(quiet.events[n].lastOut),
      );
    },
  );

  test('shows gaps as starvation of the first stage, and stalls as the last one blocked, in about their shares', () => {
    const { model, mapping } = designs.find(({ name }) => name === 'sparsemnist-16b-full')!;
    const pipeline = lowerHls(model, mapping, profileFor(model, mapping));
    const { written } = simulatePipeline(pipeline, {
      events: 1,
      noise: { gap: 128, stall: 0, seed: 7 },
    }).channels.find(({ from }) => from === null)!;
    const gaps = written.slice(1).reduce((sum, cycle, n) => sum + cycle - written[n] - 1, 0);
    // Each beat waits one idle cycle on average.
    expect(gaps / written.length).toBeGreaterThan(0.8);
    const last = pipeline.stages.at(-1)!.name;
    const stalled = simulatePipeline(pipeline, { events: 1, noise: { gap: 0, stall: 250, seed: 1 } });
    expect(stalled.stages.find(({ name }) => name === last)!.waits.at(-1)).toMatchObject({ for: 'room' });
  });

  test('spaces events that come at a given distance', () => {
    const { model, mapping } = designs.find(({ name }) => name === 'jet-8b-sparse_l')!;
    const pipeline = lowerHls(model, mapping, profileFor(model, mapping));
    const { events } = simulatePipeline(pipeline, { events: 4, every: 200 });
    expect(events.map(({ accepted }) => accepted)).toEqual([0, 200, 400, 600]);
  });

  test('takes data-dependent trips at their most, at their least, or event by event', () => {
    const trips = { min: 2, max: 10 };
    const pipeline: Pipeline = {
      ...tooShallowFork(8),
      stages: tooShallowFork(8).stages.map((stage) =>
        stage.name === 'join'
          ? {
              ...stage,
              schedule: {
                interval: null,
                steps: [
                  ...stage.schedule.steps,
                  {
                    kind: 'pipelined-loop',
                    name: 'search',
                    trips: [trips],
                    interval: 3,
                    iterationCycles: 4,
                    accesses: [],
                  },
                ],
              },
            }
          : stage,
      ),
    };
    const ends = (data: NonNullable<PipelineTraffic['data']>) => {
      const record = simulatePipeline(pipeline, { events: 3, every: 100, data });
      return record.stages
        .find(({ name }) => name === 'join')!
        .spans.map(({ first, last }) => last - first + 1);
    };
    const [least, most] = [ends('least')[0], ends('most')[0]];
    expect(most - least).toBe(8 * 3);
    expect(ends(({ min }, { event }) => min + event)).toEqual([least, least + 3, least + 6]);
  });

  test('refuses beats whose number depends on the data', () => {
    const pipeline = tooShallowFork(8);
    const open: Pipeline = {
      ...pipeline,
      stages: pipeline.stages.map((stage) => ({
        ...stage,
        schedule: {
          ...stage.schedule,
          steps: stage.schedule.steps.map((step) =>
            step.kind === 'pipelined-loop' ? { ...step, trips: [{ min: 1, max: step.trips[0].max }] } : step,
          ),
        },
      })),
    };
    expect(() => simulatePipeline(open, { events: 1, data: 'least' })).toThrow(
      "stage 'fork' reads 1 beats of channel 'in' in an event, which sends 8: the number of beats may not depend on the data",
    );
  });
});

describe('a fork whose direct branch is too shallow for the detour', () => {
  const record = simulatePipeline(tooShallowFork(3), { events: 2 });

  test('stands still, with the cycle, who waits for whom, and what every channel holds', () => {
    // The detour gives its first beat when it has all 8; the direct FIFO is full after three beats, in cycles 0, 1 and 2.
    expect(record.deadlock).toEqual({
      cycle: 3,
      waitFor: [
        { stage: 'fork', channel: 'direct', for: 'room' },
        { stage: 'join', channel: 'gathered', for: 'beat' },
        { stage: 'gather', channel: 'detour', for: 'beat' },
      ],
      occupancy: { in: 0, direct: 3, detour: 0, gathered: 0, out: 0 },
    });
    expect(record.events).toEqual([]);
    expect(record.cycles).toBe(4);
  });

  test('runs with the smallest change of depths, and not with one beat less', () => {
    expect(breakDeadlock(resizablePipeline(tooShallowFork(3), { events: 2 }))).toEqual([
      { channel: 'direct', from: 3, to: 8 },
    ]);
    expect(breakDeadlock(resizablePipeline(tooShallowFork(8), { events: 2 }))).toEqual([]);
    expect(simulatePipeline(tooShallowFork(7), { events: 2 }).deadlock).not.toBeNull();
  });

  test.prop([forkJoin(fc.integer({ min: 1, max: 3 })), fc.integer({ min: 1, max: 3 })])(
    'like any pipeline that stands still, runs with the change found; no deepened channel can do with a beat less',
    (pipeline, events) => {
      const stands = (depths: ReadonlyMap<string, number>) =>
        simulatePipeline(pipeline, { events }, depths).deadlock !== null;
      const changes = breakDeadlock(resizablePipeline(pipeline, { events }));
      const depths = new Map(changes.map(({ channel, to }) => [channel, to]));
      expect(stands(depths)).toBe(false);
      expect(changes.length > 0).toBe(stands(new Map()));
      for (const { channel, to } of changes)
        expect(stands(new Map([...depths, [channel, to - 1]]))).toBe(true);
    },
  );
});

test('a reader that wants its beats in turn, and a writer that gives all of one and then of the other, need one deeper channel', () => {
  const record: CycleRecord = simulatePipeline(crossedBranches(1), { events: 1 });
  expect(record.deadlock?.waitFor).toEqual([
    { stage: 'writer', channel: 'x', for: 'room' },
    { stage: 'reader', channel: 'y', for: 'beat' },
  ]);
  expect(breakDeadlock(resizablePipeline(crossedBranches(1), { events: 1 }))).toEqual([
    { channel: 'x', from: 1, to: 2 },
  ]);
});

test('a channel of whole events takes the handoff that its lowering says', () => {
  const chain = (handoffCycles: number): Pipeline => ({
    name: 'pair',
    controlCycles: 1,
    stages: ['a', 'b'].map((name, n) => ({
      name,
      layer: null,
      derivation: '',
      extrapolated: [],
      schedule: {
        interval: null,
        steps: [
          {
            kind: 'straight',
            cycles: exactly(4),
            accesses: [
              { channel: n === 0 ? 'in' : 'mid', direction: 'read', cycle: 0 },
              { channel: n === 0 ? 'mid' : 'out', direction: 'write', cycle: 4 },
            ],
          },
        ],
      },
    })),
    channels: (
      [
        ['in', null, 'a'],
        ['mid', 'a', 'b'],
        ['out', 'b', null],
      ] as const
    ).map(([name, from, to]) => ({
      name,
      kind: 'fifo',
      beat: { elements: 1, bits: 8 },
      depth: 2,
      beatsPerEvent: 1,
      handoffCycles: name === 'mid' ? handoffCycles : 0,
      from,
      to,
    })),
  });
  const latency = (handoff: number) => statisticsOf(simulatePipeline(chain(handoff), { events: 2 })).latency;
  expect(latency(0)).toEqual(always(8));
  expect(latency(1)).toEqual(always(9));
});
