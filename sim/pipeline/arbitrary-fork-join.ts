/** Random Pipelines with forks and joins: loops, gathers and runs that read and write any of several streams. */
import { fc } from '@fast-check/vitest';
import type { Channel, Pipeline, Stage } from './pipeline.ts';
import { exactly } from './range.ts';
import type { Access, Schedule, Step } from './schedule.ts';

interface Shape {
  readonly kind: 'loop' | 'one-after-the-other' | 'gather' | 'sequential';
  readonly interval: number;
  readonly iteration: number;
  /** Where the stages before it stand that it reads, as numbers to be taken modulo. */
  readonly from: readonly number[];
}

const shape: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constantFrom('loop', 'one-after-the-other', 'gather', 'sequential'),
  interval: fc.integer({ min: 1, max: 3 }),
  iteration: fc.integer({ min: 1, max: 6 }),
  from: fc.uniqueArray(fc.nat({ max: 6 }), { minLength: 1, maxLength: 2 }),
});

/** @param depth  of every channel */
export function forkJoin(depth: fc.Arbitrary<number>): fc.Arbitrary<Pipeline> {
  return fc
    .record({
      beats: fc.integer({ min: 1, max: 8 }),
      controlCycles: fc.integer({ min: 0, max: 2 }),
      shapes: fc.array(shape, { minLength: 1, maxLength: 5 }),
      depths: fc.array(depth, { minLength: 12, maxLength: 12 }),
    })
    .map(build);
}

function build({
  beats,
  controlCycles,
  shapes,
  depths,
}: {
  readonly beats: number;
  readonly controlCycles: number;
  readonly shapes: readonly Shape[];
  readonly depths: readonly number[];
}): Pipeline {
  const channels: Channel[] = [];
  const connect = (from: string | null, to: string | null) => {
    const name = `${from ?? 'in'}>${to ?? 'out'}`;
    if (channels.some((channel) => channel.name === name)) return;
    channels.push({
      name,
      kind: 'fifo',
      beat: { elements: 1, bits: 8 },
      depth: depths[channels.length % depths.length],
      beatsPerEvent: beats,
      handoffCycles: 1,
      from,
      to,
    });
  };
  shapes.forEach(({ from }, index) => {
    for (const back of from) connect(index === 0 ? null : `s${back % index}`, `s${index}`);
  });
  shapes.forEach((_, index) => {
    if (!channels.some(({ from }) => from === `s${index}`)) connect(`s${index}`, null);
  });
  return {
    name: 'fork-join',
    controlCycles,
    channels,
    stages: shapes.map((each, index): Stage => ({
      name: `s${index}`,
      layer: null,
      derivation: 'random',
      extrapolated: [],
      schedule: scheduleOf(
        each,
        beats,
        channels.filter(({ to }) => to === `s${index}`).map(({ name }) => name),
        channels.filter(({ from }) => from === `s${index}`).map(({ name }) => name),
      ),
    })),
  };
}

function scheduleOf(
  { kind, interval, iteration }: Shape,
  beats: number,
  reads: readonly string[],
  writes: readonly string[],
): Schedule {
  const access = (channel: string, direction: Access['direction'], cycle: number): Access => ({
    channel,
    direction,
    cycle,
  });
  const loop = (accesses: readonly Access[]): Step => ({
    kind: 'pipelined-loop',
    name: 'loop',
    trips: [exactly(beats)],
    interval,
    iterationCycles: iteration,
    accesses,
  });
  const readAll = reads.map((channel) => access(channel, 'read', 0));
  const writeAll = writes.map((channel) => access(channel, 'write', iteration - 1));
  const steps = (): Step[] => {
    switch (kind) {
      case 'loop':
        return [loop([...readAll, ...writeAll])];
      case 'one-after-the-other':
        // All beats of each channel, then all of the next: what deadlocks where a FIFO cannot hold them.
        return [
          ...reads.map((channel) => loop([access(channel, 'read', 0)])),
          ...writes.map((channel) => loop([access(channel, 'write', iteration - 1)])),
        ];
      case 'gather':
        return [
          loop(readAll),
          { kind: 'straight', cycles: exactly(iteration), accesses: [] },
          loop(writeAll),
        ];
      case 'sequential':
        return [
          {
            kind: 'sequential-loop',
            name: 'rows',
            trips: exactly(beats),
            controlCycles: interval - 1,
            steps: [{ kind: 'straight', cycles: exactly(iteration), accesses: [...readAll, ...writeAll] }],
          },
        ];
      default:
        return kind satisfies never;
    }
  };
  return { interval: null, steps: steps() };
}
