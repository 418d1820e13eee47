import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { forkJoin } from './arbitrary-fork-join.ts';
import { streamChain, wholeEventChain } from './arbitrary-pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { exactly } from './range.ts';
import { pathLatency, pipelineInterval, slowestStage } from './read-off.ts';
import { latencyOf } from './schedule.ts';
import { simulateTokens, TokenSimulator } from './token-timing.ts';
import { verifyPipeline } from './verify-pipeline.ts';
import { walkCycles } from './walk-cycles.ts';

const streamOf = (name: string, from: string | null, to: string | null) =>
  ({
    name,
    kind: 'fifo',
    beat: { elements: 1, bits: 8 },
    depth: 1,
    beatsPerEvent: 1,
    handoffCycles: 1,
    from,
    to,
  }) as const;

describe('token timing', () => {
  test.prop([wholeEventChain()])('of whole events is the latency of the path', (pipeline) => {
    expect(simulateTokens(pipeline).latencyCycles).toBe(pathLatency(pipeline).max);
  });

  test.prop([
    fc.oneof(streamChain(fc.integer({ min: 1, max: 30 })), forkJoin(fc.integer({ min: 1, max: 9 }))),
    fc.integer({ min: 1, max: 3 }),
  ])(
    'of any pipeline and number of events is what a walk through the cycles gives, beat by beat, up to a deadlock',
    (pipeline, events) => {
      const walk = walkCycles(verifyPipeline(pipeline), events);
      const run = new TokenSimulator(pipeline, { events }).run();
      for (const { name, written, read, writes, reads } of run.channels) {
        const isInput = pipeline.channels.find((channel) => channel.name === name)!.from === null;
        const isOutput = pipeline.channels.find((channel) => channel.name === name)!.to === null;
        if (!isInput) expect([...written.slice(0, writes)]).toEqual(walk.written.get(name));
        if (!isOutput) expect([...read.slice(0, reads)]).toEqual(walk.read.get(name));
      }
      for (const { name, ends } of run.stages) expect(ends).toEqual(walk.ends.get(name));
      expect(run.stuck.length > 0).toBe(walk.deadlock);
    },
  );

  test.prop([forkJoin(fc.integer({ min: 1, max: 9 })), fc.integer({ min: 1, max: 3 })])(
    'reads every beat after it was written, and never holds more beats than the channel is deep',
    (pipeline, events) => {
      const run = new TokenSimulator(pipeline, { events }).run();
      run.channels.forEach(({ written, read, writes, reads }, index) => {
        const { depth, from, to } = pipeline.channels[index];
        expect(reads).toBeLessThanOrEqual(writes);
        for (let beat = 0; beat < reads; beat++) {
          if (from !== null && to !== null) expect(read[beat]).toBeGreaterThan(written[beat]);
        }
        for (let beat = depth; beat < writes; beat++) {
          if (from !== null && to !== null) expect(written[beat]).toBeGreaterThan(read[beat - depth]);
        }
      });
    },
  );

  test.prop([forkJoin(fc.integer({ min: 1, max: 4 })), fc.nat({ max: 11 })])(
    'lets nothing happen later when a channel is deeper',
    (pipeline, which) => {
      const channel = pipeline.channels[which % pipeline.channels.length];
      const simulator = new TokenSimulator(pipeline, { events: 2 });
      const before = simulator.run();
      const after = simulator.run({ depths: new Map([[channel.name, channel.depth + 1]]) });
      before.channels.forEach(({ written, writes }, index) => {
        expect(after.channels[index].writes).toBeGreaterThanOrEqual(writes);
        for (let beat = 0; beat < writes; beat++) {
          expect(after.channels[index].written[beat]).toBeLessThanOrEqual(written[beat]);
        }
      });
    },
  );

  test.prop([streamChain(fc.constant(1)), fc.integer({ min: 2, max: 40 })])(
    'never gets later with deeper channels',
    (pipeline, depth) => {
      const deeper = { ...pipeline, channels: pipeline.channels.map((channel) => ({ ...channel, depth })) };
      expect(simulateTokens(deeper).latencyCycles).toBeLessThanOrEqual(
        simulateTokens(pipeline).latencyCycles,
      );
    },
  );

  test.prop([streamChain(fc.integer({ min: 1, max: 4 }))])(
    'is never below the latency of any stage',
    (pipeline) => {
      const alone = pipeline.stages.map(({ schedule }) => latencyOf(schedule).max);
      expect(simulateTokens(pipeline).latencyCycles).toBeGreaterThanOrEqual(Math.max(...alone));
    },
  );

  test('lets a stream of 10 beats overlap in two loops', () => {
    const loop = (name: string, read: string, write: string) =>
      ({
        name,
        layer: null,
        derivation: '',
        extrapolated: [],
        schedule: {
          interval: null,
          steps: [
            {
              kind: 'pipelined-loop',
              name,
              trips: [exactly(10)],
              interval: 1,
              iterationCycles: 3,
              accesses: [
                { channel: read, direction: 'read', cycle: 0 },
                { channel: write, direction: 'write', cycle: 2 },
              ],
            },
          ],
        },
      }) as const;
    const channel = (name: string, from: string | null, to: string | null) =>
      ({
        name,
        kind: 'fifo',
        beat: { elements: 1, bits: 8 },
        depth: 10,
        beatsPerEvent: 10,
        handoffCycles: 1,
        from,
        to,
      }) as const;
    const pipeline: Pipeline = {
      name: 'overlap',
      controlCycles: 1,
      stages: [loop('a', 'in', 'mid'), loop('b', 'mid', 'out')],
      channels: [channel('in', null, 'a'), channel('mid', 'a', 'b'), channel('out', 'b', null)],
    };
    // The first beat leaves loop a in cycle 2 and enters loop b in cycle 3; the last one follows 9 cycles later.
    expect(simulateTokens(pipeline)).toEqual({
      latencyCycles: 15,
      endCycles: new Map([
        ['a', 12],
        ['b', 15],
      ]),
    });
    expect(pathLatency(pipeline)).toEqual(exactly(25));
    expect(pipelineInterval(pipeline)).toEqual(exactly(13));
    expect(slowestStage(pipeline)?.name).toBe('a');
  });

  test('lets a window give its beats in the iterations that complete it', () => {
    const window = { first: 1, step: 2 };
    const nest: Pipeline = {
      name: 'window',
      controlCycles: 1,
      stages: [
        {
          name: 'pool',
          layer: null,
          derivation: '',
          extrapolated: [],
          schedule: {
            interval: null,
            steps: [
              {
                kind: 'pipelined-loop',
                name: 'pool',
                trips: [exactly(4), exactly(4)],
                interval: 1,
                iterationCycles: 3,
                accesses: [
                  { channel: 'in', direction: 'read', cycle: 0 },
                  { channel: 'out', direction: 'write', cycle: 2, when: [window, window] },
                ],
              },
            ],
          },
        },
        {
          name: 'slow',
          layer: null,
          derivation: '',
          extrapolated: [],
          schedule: {
            interval: null,
            steps: [
              {
                kind: 'pipelined-loop',
                name: 'slow',
                trips: [exactly(4)],
                interval: 5,
                iterationCycles: 6,
                accesses: [{ channel: 'out', direction: 'read', cycle: 0 }],
              },
            ],
          },
        },
      ],
      channels: [
        { ...streamOf('in', null, 'pool'), depth: 16, beatsPerEvent: 16 },
        { ...streamOf('out', 'pool', 'slow'), depth: 4, beatsPerEvent: 4 },
      ],
    };
    // Written in cycles 7, 9, 15, 17; taken in 8, 13, 18, 23.
    expect(simulateTokens(nest)).toEqual({
      latencyCycles: 29,
      endCycles: new Map([
        ['pool', 18],
        ['slow', 29],
      ]),
    });
  });

  test('says who waits when an event never ends', () => {
    const straight = (
      cycles: number,
      accesses: readonly { channel: string; direction: 'read' | 'write'; cycle: number }[],
    ) => ({ kind: 'straight', cycles: exactly(cycles), accesses }) as const;
    const part = { layer: null, derivation: '', extrapolated: [] };
    const channel = (name: string) =>
      ({
        name,
        kind: 'fifo',
        beat: { elements: 1, bits: 8 },
        depth: 1,
        beatsPerEvent: 2,
        handoffCycles: 1,
        from: 'writer',
        to: 'reader',
      }) as const;
    // Both beats of x, then both of y; but the reader wants them in turn, and x holds only one.
    const pipeline: Pipeline = {
      name: 'crossed',
      controlCycles: 1,
      stages: [
        {
          ...part,
          name: 'writer',
          schedule: {
            interval: null,
            steps: ['x', 'x', 'y', 'y'].map((name) =>
              straight(1, [{ channel: name, direction: 'write', cycle: 0 }]),
            ),
          },
        },
        {
          ...part,
          name: 'reader',
          schedule: {
            interval: null,
            steps: ['y', 'x', 'y', 'x'].map((name) =>
              straight(1, [{ channel: name, direction: 'read', cycle: 0 }]),
            ),
          },
        },
      ],
      channels: [channel('x'), channel('y')],
    };
    expect(() => simulateTokens(pipeline)).toThrow(
      "pipeline 'crossed' never ends: stages writer, reader wait for beats or for room",
    );
  });
});
