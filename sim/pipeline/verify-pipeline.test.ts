import { test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { streamChain, wholeEventChain } from './arbitrary-pipeline.ts';
import type { Channel, Pipeline, Stage } from './pipeline.ts';
import { exactly } from './range.ts';
import { PipelineError, verifyPipeline } from './verify-pipeline.ts';
import { fc } from '@fast-check/vitest';

const stage = (name: string, reads: string[], writes: string[]): Stage => ({
  name,
  layer: name,
  derivation: '',
  extrapolated: [],
  schedule: {
    interval: null,
    steps: [
      {
        kind: 'straight',
        cycles: exactly(3),
        accesses: [
          ...reads.map((channel) => ({ channel, direction: 'read', cycle: 0 }) as const),
          ...writes.map((channel) => ({ channel, direction: 'write', cycle: 3 }) as const),
        ],
      },
    ],
  },
});
const channel = (name: string, from: string | null, to: string | null): Channel => ({
  name,
  kind: 'fifo',
  beat: { elements: 4, bits: 8 },
  depth: 2,
  beatsPerEvent: 1,
  handoffCycles: 1,
  from,
  to,
});
const sound: Pipeline = {
  name: 'two',
  controlCycles: 1,
  stages: [stage('first', ['in'], ['middle']), stage('second', ['middle'], ['out'])],
  channels: [
    channel('in', null, 'first'),
    channel('middle', 'first', 'second'),
    channel('out', 'second', null),
  ],
};
const withMiddle = (change: Partial<Channel>): Pipeline => ({
  ...sound,
  channels: sound.channels.map((each) => (each.name === 'middle' ? { ...each, ...change } : each)),
});

function problemsOf(pipeline: Pipeline): readonly string[] {
  try {
    verifyPipeline(pipeline);
  } catch (error) {
    if (error instanceof PipelineError) return error.problems;
    throw error;
  }
  return [];
}

describe('a pipeline is refused', () => {
  test.each<[string, Pipeline, string]>([
    [
      'with two stages of one name',
      { ...sound, stages: [...sound.stages, sound.stages[1]] },
      "stage 'second' stands twice",
    ],
    [
      'with a channel to nowhere',
      withMiddle({ to: 'third' }),
      "channel 'middle' joins stage 'third', which the pipeline does not have",
    ],
    [
      'with a channel that runs backwards',
      withMiddle({ from: 'second', to: 'first' }),
      "channel 'middle' runs from 'second' to 'first', which does not stand after it",
    ],
    [
      'with a channel that holds nothing',
      withMiddle({ depth: 0 }),
      "channel 'middle' has depth 0, expected at least 1 beat",
    ],
    [
      'with beats that nobody writes',
      withMiddle({ beatsPerEvent: 2 }),
      "stage 'first' writes 1 beats of channel 'middle' an event, which sends 2",
    ],
    [
      'with beats of no bits',
      withMiddle({ beat: { elements: 4, bits: 0 } }),
      "channel 'middle' has beats of 4 x 0 bits",
    ],
    [
      'with an access to an unknown channel',
      { ...sound, stages: [stage('first', ['in', 'aside'], ['middle']), sound.stages[1]] },
      "stage 'first' reads channel 'aside', which the pipeline does not have",
    ],
    [
      'with an access against the direction of a channel',
      { ...sound, stages: [sound.stages[0], stage('second', ['middle', 'in'], ['out'])] },
      "stage 'second' reads channel 'in', which is not joined to it that way",
    ],
    [
      'with an interval of no cycles',
      {
        ...sound,
        stages: [
          sound.stages[0],
          { ...sound.stages[1], schedule: { ...sound.stages[1].schedule, interval: 0 } },
        ],
      },
      "stage 'second' has interval 0, expected at least 1 cycle",
    ],
  ])('%s', (_, pipeline, message) => {
    expect(problemsOf(pipeline)).toContain(message);
  });

  test('and the error names the pipeline and every problem', () => {
    expect(() => verifyPipeline(withMiddle({ depth: 0, beatsPerEvent: 0 }))).toThrow(
      /pipeline 'two' is not well formed:\n.*depth 0.*\n.*sends 0 beats/,
    );
  });
});

test.prop([fc.oneof(wholeEventChain(), streamChain(fc.integer({ min: 1, max: 4 })))])(
  'a well-formed pipeline comes back as it was',
  (pipeline) => {
    expect(verifyPipeline(pipeline)).toBe(pipeline);
  },
);
