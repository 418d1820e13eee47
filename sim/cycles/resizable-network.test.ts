import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { importModel } from '../import/index.ts';
import { lowerNetwork, networkChoices } from '../lower/rtl/index.ts';
import { type Network, NetworkBuilder } from '../pipeline/network/index.ts';
import { breakDeadlock } from './break-deadlock.ts';
import { prepareNetwork } from './network-values.ts';
import { simulateTiming } from './network.ts';
import { regionSignals, withRegionStages } from './region-stages.ts';
import { resizableNetwork } from './resizable-network.ts';
import { sizeFifos } from './size-fifos.ts';

/** Beats go directly and by a detour that gathers `group` of them before it gives the first; the join wants both. */
function forkJoin(direct: number, group: number): Network {
  const n = new NetworkBuilder('fork-join');
  const input = n.input([{ count: 1, range: { lo: 0, hi: 255 } }], 12);
  const [straight, detour] = n.fork('fork', input, [direct, 1]);
  const scattered = n.scatter('scatter', n.gather('gather', detour, group), group);
  return n.finish(n.join('join', [straight, scattered]));
}

describe('hardware whose direct branch is too shallow for the detour', () => {
  const record = simulateTiming(forkJoin(2, 4), 2);

  test('stands still, and says who waits for whom and what every channel holds', () => {
    expect(record.deadlock?.waitFor).toEqual([
      { stage: 'fork', channel: 'fork_0', for: 'room' },
      { stage: 'join', channel: 'scatter', for: 'beat' },
      { stage: 'scatter', channel: 'gather', for: 'beat' },
      { stage: 'gather', channel: 'fork_1', for: 'beat' },
    ]);
    expect(record.deadlock?.occupancy).toMatchObject({ fork_0: 2, fork_1: 0, gather: 0, scatter: 0 });
    expect(record.events).toEqual([]);
  });

  test('runs with the smallest change of depths, and not with one beat less', () => {
    const [change, ...more] = breakDeadlock(resizableNetwork(forkJoin(2, 4), 2));
    expect(more).toEqual([]);
    expect(change).toMatchObject({ channel: 'fork_0', from: 2, to: 4 });
    expect(simulateTiming(forkJoin(3, 4), 2).deadlock).not.toBeNull();
    expect(simulateTiming(forkJoin(4, 4), 2).deadlock).toBeNull();
  });

  test.prop([fc.integer({ min: 1, max: 8 }), fc.constantFrom(1, 2, 3, 4, 6)])(
    'has least depths with which every event leaves as early as with room without end, and later with a beat less',
    (direct, group) => {
      const network = forkJoin(direct, group);
      const subject = resizableNetwork(network, 3);
      const { fifos } = sizeFifos(subject);
      const depths = new Map(fifos.map(({ channel, depth }) => [channel, depth]));
      const outs = (changed: ReadonlyMap<string, number>) => {
        const run = subject.run(new Map([...depths, ...changed]));
        return run.deadlock === null ? run.events.map(({ lastOut }) => lastOut) : undefined;
      };
      const endless = subject.run(new Map(fifos.map(({ channel }) => [channel, 1000])));
      expect(outs(new Map())).toEqual(endless.events.map(({ lastOut }) => lastOut));
      for (const { channel, depth } of fifos) {
        if (depth > 1) expect(outs(new Map([[channel, depth - 1]]))).not.toEqual(outs(new Map()));
      }
    },
  );
});

describe('the layers inside a rigid region', () => {
  const { model } = importModel('golden/sparsepixels/jet-8b-sparse_t');
  const network = lowerNetwork(model, networkChoices(model, 'fast'));
  const record = simulateTiming(network, 3);
  const pixels = 63 * 63;
  const inputs = [1, 2, 3].map((seed) => {
    const size = network.channels[0].beat.reduce((sum, { count }) => sum + count, 0);
    return Float64Array.from({ length: Math.min(size, pixels) }, (_, n) =>
      (n * 7919 + seed) % 97 === 0 ? (n % 100) + seed : 0,
    );
  });
  const values = inputs.map((input) => prepareNetwork(network)(input));

  test('work on every event inside the span of their region, each as long as any other event takes', () => {
    const { stages } = withRegionStages(network, record);
    const inner = stages.slice(record.stages.length);
    expect(inner.length).toBeGreaterThan(4);
    for (const { name, spans } of inner) {
      expect(spans).toHaveLength(3);
      spans.forEach(({ first, last }, event) => {
        expect(first, name).toBeGreaterThan(record.events[event].accepted);
        expect(last, name).toBeLessThan(record.events[event].firstOut);
        expect(last - first).toBe(spans[0].last - spans[0].first);
      });
    }
  });

  test('hand on, at the end, what leaves the design, by the cycle in which it leaves', () => {
    const signals = regionSignals(network, record, values);
    const last = signals.filter(({ path }) => path[2] === model.layers.at(-1)!.name);
    expect(last.length).toBeGreaterThan(0);
    values.forEach((event, index) => {
      const { accepted, firstOut } = record.events[index];
      const held = last.map(({ changes }) => changes.filter(({ cycle }) => cycle <= firstOut).at(-1)?.value);
      for (const value of event.get(network.output)!) expect(held).toContain(value);
      for (const { changes } of signals) {
        for (const { cycle } of changes) expect(cycle).toBeGreaterThan(record.events[0].accepted);
      }
      expect(firstOut).toBeGreaterThan(accepted);
    });
  });
});
