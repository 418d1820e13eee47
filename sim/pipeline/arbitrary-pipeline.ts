/** Random well-formed Pipelines for property tests. */
import { fc } from '@fast-check/vitest';
import type { Channel, Pipeline, Stage } from './pipeline.ts';
import { exactly } from './range.ts';
import type { Step } from './schedule.ts';

const beat = { elements: 1, bits: 8 };

/** A chain of stages that each take the whole event, work, and hand it on. */
export function wholeEventChain(): fc.Arbitrary<Pipeline> {
  return fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 8 }).map((cycles) =>
    chain(
      cycles.map((latency) => ({ before: latency, beats: 1 })),
      1,
      ({ before }, read, write) => [
        {
          kind: 'straight',
          cycles: exactly(before),
          accesses: [
            { channel: read, direction: 'read', cycle: 0 },
            { channel: write, direction: 'write', cycle: before },
          ],
        },
      ],
    ),
  );
}

/** A chain of pipelined loops over a stream of beats, each with its own interval, depth and FIFO depth. */
export function streamChain(depth: fc.Arbitrary<number>): fc.Arbitrary<Pipeline> {
  return fc
    .record({
      beats: fc.integer({ min: 1, max: 30 }),
      depth,
      stages: fc.array(
        fc.record({ interval: fc.integer({ min: 1, max: 4 }), iteration: fc.integer({ min: 1, max: 6 }) }),
        { minLength: 1, maxLength: 5 },
      ),
    })
    .map(({ beats, depth: fifoDepth, stages }) =>
      chain(
        stages.map((stage) => ({ ...stage, beats })),
        fifoDepth,
        ({ interval, iteration }, read, write) => [
          {
            kind: 'pipelined-loop',
            name: 'loop',
            trips: [exactly(beats)],
            interval,
            iterationCycles: iteration,
            accesses: [
              { channel: read, direction: 'read', cycle: 0 },
              { channel: write, direction: 'write', cycle: iteration - 1 },
            ],
          },
        ],
      ),
    );
}

function chain<S extends { readonly beats: number }>(
  stages: readonly S[],
  depth: number,
  steps: (stage: S, read: string, write: string) => Step[],
): Pipeline {
  const nameOf = (index: number) => `stage${index}`;
  const channels = [...stages, stages[0]].map(({ beats }, index): Channel => ({
    name: `channel${index}`,
    kind: 'fifo',
    beat,
    depth,
    beatsPerEvent: beats,
    handoffCycles: index === 0 || index === stages.length ? 0 : 1,
    from: index === 0 ? null : nameOf(index - 1),
    to: index === stages.length ? null : nameOf(index),
  }));
  return {
    name: 'chain',
    controlCycles: 1,
    channels,
    stages: stages.map((stage, index): Stage => ({
      name: nameOf(index),
      layer: null,
      schedule: { interval: null, steps: steps(stage, `channel${index}`, `channel${index + 1}`) },
      derivation: 'random',
      extrapolated: [],
    })),
  };
}
