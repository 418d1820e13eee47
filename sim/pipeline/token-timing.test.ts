import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { streamChain, wholeEventChain } from './arbitrary-pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { exactly } from './range.ts';
import { pathLatency, pipelineInterval, slowestStage } from './read-off.ts';
import { latencyOf } from './schedule.ts';
import { simulateTokens } from './token-timing.ts';

/** The same, told cycle by cycle: in every cycle each stage starts what it may. */
function cycleByCycle({ stages, channels }: Pipeline): number {
  const streams = new Map(
    channels.map(({ name, depth, from, to, beatsPerEvent }) => [
      name,
      {
        room: to === null ? Infinity : depth,
        written: from === null ? Array<number>(beatsPerEvent).fill(-1) : [],
        read: [] as number[],
      },
    ]),
  );
  const runs = stages.map(({ schedule }) => ({
    left: schedule.steps.flatMap((step) =>
      step.kind === 'pipelined-loop'
        ? Array.from({ length: step.trips[0].max }, (_, trip) => ({
            accesses: step.accesses,
            gap: trip === step.trips[0].max - 1 ? step.iterationCycles : step.interval,
            cycles: step.iterationCycles,
          }))
        : [],
    ),
    free: 0,
  }));
  let end = 0;
  for (let cycle = 0; runs.some(({ left }) => left.length > 0); cycle++) {
    if (cycle > 100_000) throw new Error('never ends');
    // What one stage does in a cycle may let another start in the same cycle, so until nothing more starts.
    for (let started = true; started;) {
      started = false;
      for (const run of runs) {
        if (run.left.length === 0 || cycle < run.free) continue;
        const { accesses, gap, cycles } = run.left[0];
        const may = accesses.every(({ channel, direction, cycle: offset }) => {
          const { written, read, room } = streams.get(channel)!;
          const at = cycle + offset;
          if (direction === 'read') return read.length < written.length && written[read.length] < at;
          const freedBy = written.length - room;
          return freedBy < 0 || (freedBy < read.length && read[freedBy] < at);
        });
        if (!may) continue;
        for (const { channel, direction, cycle: offset } of accesses) {
          const { written, read } = streams.get(channel)!;
          const side = direction === 'read' ? read : written;
          side.push(cycle + offset);
        }
        run.free = cycle + gap;
        end = Math.max(end, cycle + cycles);
        run.left.shift();
        started = true;
      }
    }
  }
  return end;
}

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

  test.prop([streamChain(fc.constant(30))])(
    'of streams with room for all is what a walk through the cycles gives',
    (pipeline) => {
      expect(simulateTokens(pipeline).latencyCycles).toBe(cycleByCycle(pipeline));
    },
  );

  test.prop([streamChain(fc.integer({ min: 1, max: 6 }))])(
    'of streams with little room is no later than a walk that starts nothing before its room is free',
    (pipeline) => {
      expect(simulateTokens(pipeline).latencyCycles).toBeLessThanOrEqual(cycleByCycle(pipeline));
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
