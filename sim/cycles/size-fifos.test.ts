import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { readDesigns } from '../../bench/reference/read-designs.ts';
import { lowerHls, profileFor } from '../lower/hls/index.ts';
import { forkJoin } from '../pipeline/arbitrary-fork-join.ts';
import { streamChain } from '../pipeline/arbitrary-pipeline.ts';
import type { Pipeline } from '../pipeline/index.ts';
import { walkCycles } from '../pipeline/walk-cycles.ts';
import { tooShallowFork } from './example-pipelines.ts';
import { simulatePipeline } from './pipeline.ts';
import { resizablePipeline } from './resizable.ts';
import { sizeFifos } from './size-fifos.ts';

/** When each stage's events end with other depths, told by the walk through the cycles; undefined if it stands still. */
function endsOf(pipeline: Pipeline, events: number, depths: ReadonlyMap<string, number>) {
  const channels = pipeline.channels.map((channel) => ({
    ...channel,
    depth: depths.get(channel.name) ?? channel.depth,
  }));
  const { ends, written, deadlock } = walkCycles({ ...pipeline, channels }, events);
  const outputs = channels.filter(({ to }) => to === null).map(({ name }) => written.get(name)!);
  const sinks = pipeline.stages.filter(({ name }) => !channels.some(({ from }) => from === name));
  return deadlock ? undefined : [...outputs, ...sinks.map(({ name }) => ends.get(name)!)];
}

describe('the least depths', () => {
  test.prop([
    fc.oneof(forkJoin(fc.integer({ min: 1, max: 9 })), streamChain(fc.constant(4))),
    fc.integer({ min: 1, max: 3 }),
  ])(
    'let every beat leave when it would with room without end, and no FIFO can do with a beat less',
    (pipeline, events) => {
      const { fifos } = sizeFifos(resizablePipeline(pipeline, { events }));
      const depths = new Map(fifos.map(({ channel, depth }) => [channel, depth]));
      const endless = new Map(fifos.map(({ channel }) => [channel, 1000]));
      const reference = endsOf(pipeline, events, endless);
      expect(endsOf(pipeline, events, depths)).toEqual(reference);
      for (const { channel, depth, observed, oneLess } of fifos) {
        expect(depth).toBeLessThanOrEqual(observed);
        if (depth === 1) {
          expect(oneLess).toBeNull();
          continue;
        }
        const worse = endsOf(pipeline, events, new Map([...depths, [channel, depth - 1]]));
        expect(worse).not.toEqual(reference);
        expect(oneLess?.kind).toBe(worse === undefined ? 'deadlock' : 'later');
      }
    },
  );

  test('of a fork come with what a beat less does: the cycle in which all stands still', () => {
    const { fifos, declared, sized, unlimited } = sizeFifos(
      resizablePipeline(tooShallowFork(3), { events: 2 }),
    );
    const direct = fifos.find(({ channel }) => channel === 'direct')!;
    // The detour needs all 8 beats of an event before it gives one; those of the next may wait, as the detour is slower.
    expect(direct).toMatchObject({ declared: 3, observed: 10, depth: 8, beatBits: 16 });
    expect(direct.oneLess).toMatchObject({ kind: 'deadlock', depth: 7, deadlock: { cycle: 7 } });
    expect(declared.deadlock?.cycle).toBe(3);
    // Without end, the fork takes events faster than the join gives them; with the least depths it is held back.
    expect(sized.departure).toEqual(unlimited.departure);
    expect(sized.interval?.max).toBeGreaterThan(unlimited.interval!.max);
  });

  test('name the first event that leaves later, and by how much', () => {
    const { model, mapping } = readDesigns('golden/sparsepixels').find(
      ({ name }) => name === 'sparsemnist-16b-full',
    )!;
    const pipeline = lowerHls(model, mapping, profileFor(model, mapping));
    const { fifos, sized, declared } = sizeFifos(resizablePipeline(pipeline, { events: 3 }));
    expect(sized).toEqual(declared);
    for (const { channel, depth, oneLess } of fifos) {
      if (oneLess?.kind !== 'later') continue;
      const { events } = simulatePipeline(
        pipeline,
        { events: 3 },
        new Map(fifos.map((fifo) => [fifo.channel, fifo.channel === channel ? depth - 1 : fifo.depth])),
      );
      expect(events[oneLess.event].lastOut).toBe(oneLess.lastOut);
      expect(oneLess.lastOut).toBeGreaterThan(oneLess.insteadOf);
    }
  });
});

test('the FIFOs of dense designs, as deep as an image by default, need a few beats each for the same latency and interval', () => {
  const full = readDesigns('golden/sparsepixels').filter(({ group }) => group === 'full');
  expect(full).toHaveLength(4);
  for (const { model, mapping } of full) {
    const pipeline = lowerHls(model, mapping, profileFor(model, mapping));
    const { fifos, sized, declared, unlimited } = sizeFifos(resizablePipeline(pipeline, { events: 2 }));
    expect(sized).toEqual(declared);
    expect(sized).toEqual(unlimited);
    const beats = (of: 'declared' | 'depth') => fifos.reduce((sum, fifo) => sum + fifo[of], 0);
    expect(beats('depth')).toBeLessThan(0.01 * beats('declared'));
  }
});
