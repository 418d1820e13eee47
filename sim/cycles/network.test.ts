import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CircuitBuilder, schedule, ULTRASCALE_PLUS } from '../pipeline/circuit/index.ts';
import { arbitraryNetwork, randomBeats } from '../pipeline/network/arbitrary-network.ts';
import { forkAndJoin, RESIDUAL_IMAGE } from '../pipeline/network/fork-and-join.suite.ts';
import { NetworkBuilder } from '../pipeline/network/index.ts';
import { networkTiming, simulateHandshake, simulateNetwork, simulateTiming, statisticsOf } from './index.ts';

describe('a network of one region', () => {
  const b = new CircuitBuilder('one', 3);
  const x = b.input('x', [2], { lo: 0, hi: 15 });
  b.stage('square');
  const scheduled = schedule(b.finish([b.multiply(b.multiply(x, x), x)]), 3, ULTRASCALE_PLUS);
  const n = new NetworkBuilder('one');
  const network = n.finish(n.region('one', n.input([{ count: 2, range: { lo: 0, hi: 15 } }], 1), scheduled));

  test('takes and gives events in the cycles of the handshake, whatever the gaps and stalls', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(220), fc.integer({ min: 1, max: 99 }), (gap, stall, seed) => {
        const { events } = simulateTiming(network, 30, { gap, stall, seed });
        const queueDepth = network.channels.find(({ name }) => name === network.output)!.depth;
        const timing = { intervalCycles: 3, latencyCycles: scheduled.latencyCycles, queueDepth };
        expect(events.map(({ accepted, firstOut }) => ({ accepted, taken: firstOut }))).toEqual(
          simulateHandshake(timing, 30, { gap, stall, seed }),
        );
      }),
    );
  });

  test('has the latency and interval of its schedule', () => {
    expect(networkTiming(network)).toEqual({ latencyCycles: scheduled.latencyCycles, intervalCycles: 3 });
  });
});

describe('a residual block', () => {
  test('whose FIFO is too shallow stands still, and the report names the units that wait for each other', () => {
    const { deadlock, events, cycles } = simulateTiming(forkAndJoin({ shortDepth: 3 }), 2);
    expect(events).toEqual([]);
    expect(deadlock?.waitFor.map(({ stage }) => stage).sort()).toEqual(['fork', 'join', 'sum', 'window']);
    const byStage = new Map(deadlock?.waitFor.map((wait) => [wait.stage, wait]));
    expect(byStage.get('fork')).toEqual({ stage: 'fork', channel: 'fork_1', for: 'room' });
    expect(byStage.get('join')).toEqual({ stage: 'join', channel: 'sum', for: 'beat' });
    expect(byStage.get('window')).toEqual({ stage: 'window', channel: 'fork_0', for: 'beat' });
    expect(deadlock?.occupancy['fork_1']).toBe(3);
    expect(deadlock!.cycle).toBeLessThan(cycles);
  });

  test('needs the window lag beside it: a row and a pixel, and what is under way', () => {
    const pixels = RESIDUAL_IMAGE.height * RESIDUAL_IMAGE.width;
    const flows = (depth: number) => simulateTiming(forkAndJoin({ shortDepth: depth }), 2).deadlock === null;
    const least = Array.from({ length: pixels }, (_, index) => index + 1).find(flows)!;
    expect(least).toBeGreaterThan(RESIDUAL_IMAGE.width + 1 - 2);
    expect(least).toBeLessThan(RESIDUAL_IMAGE.width + 8);
  });

  test('with a FIFO that holds the lag takes a pixel every cycle', () => {
    const { events } = simulateTiming(forkAndJoin({ shortDepth: 20 }), 4);
    const pixels = RESIDUAL_IMAGE.height * RESIDUAL_IMAGE.width;
    expect(events.map(({ accepted }) => accepted)).toEqual([0, 1, 2, 3].map((event) => event * pixels));
  });
});

describe('a window', () => {
  const recipe = fc.record({
    height: fc.integer({ min: 1, max: 6 }),
    width: fc.integer({ min: 1, max: 7 }),
    rows: fc.integer({ min: 1, max: 4 }),
    columns: fc.integer({ min: 1, max: 4 }),
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    fill: fc.integer({ min: -4, max: 4 }),
  });

  test('shows for every place the pixels under it, and the fill beyond the image', () => {
    fc.assert(
      fc.property(recipe, ({ height, width, rows, columns, stride, fill }) => {
        const padding = {
          top: Math.floor((rows - 1) / 2),
          bottom: Math.floor(rows / 2),
          left: Math.floor((columns - 1) / 2),
          right: Math.floor(columns / 2),
        };
        fc.pre(columns - 1 - padding.left < width);
        const n = new NetworkBuilder('window');
        const pixels = n.input([{ count: 1, range: { lo: -4, hi: 99 } }], height * width);
        const shape = { image: { height, width }, window: [rows, columns] as const, stride, padding, fill };
        const network = n.finish(n.gather('out', n.window('window', pixels, shape), 1));
        const image = Array.from({ length: height * width }, (_, index) => index + 50);
        const expected: number[] = [];
        for (let top = -padding.top; top + rows <= height + padding.bottom; top += stride[0])
          for (let left = -padding.left; left + columns <= width + padding.right; left += stride[1])
            for (let i = top; i < top + rows; i++)
              for (let j = left; j < left + columns; j++)
                expected.push(i >= 0 && i < height && j >= 0 && j < width ? image[i * width + j] : fill);
        const { outputs, record } = simulateNetwork(network, [image, image, image]);
        expect(record.deadlock).toBeNull();
        for (const output of outputs) expect([...output]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('of padding by masks takes a pixel every cycle, event behind event', () => {
    fc.assert(
      fc.property(recipe, ({ height, width, rows, columns }) => {
        fc.pre(columns <= width && width > 1);
        const padding = {
          top: 0,
          bottom: rows - 1,
          left: Math.floor(columns / 2),
          right: Math.ceil(columns / 2) - 1,
        };
        const n = new NetworkBuilder('window');
        const pixels = n.input([{ count: 1, range: { lo: 0, hi: 9 } }], height * width);
        const shape = { image: { height, width }, window: [rows, columns] as const, padding, fill: 0 };
        const network = n.finish(
          n.gather('out', n.window('window', pixels, { ...shape, stride: [1, 1] }), 1),
        );
        const { events } = simulateTiming(network, 6);
        const last = (events[5].accepted - events[1].accepted) / 4;
        expect(last).toBeLessThanOrEqual(height * width + columns);
        if (width >= 2 * columns) expect(last).toBe(height * width);
      }),
    );
  });
});

test('random networks give every event of a run, or say where they stand still; noise changes no value', () => {
  let stood = 0;
  fc.assert(
    fc.property(arbitraryNetwork, fc.nat(200), fc.nat(200), (network, gap, stall) => {
      const inputs = [0, 1, 2].map((event) => randomBeats(network, event, 5));
      const { record, outputs } = simulateNetwork(network, inputs, { gap, stall, seed: 3 });
      if (record.deadlock) {
        stood += 1;
        expect(record.deadlock.waitFor.length).toBeGreaterThan(1);
        return;
      }
      expect(record.events.map(({ index }) => index)).toEqual([0, 1, 2]);
      for (const { depth, maxOccupancy } of statisticsOf(record).channels)
        if (depth > 0) expect(maxOccupancy).toBeLessThanOrEqual(depth);
      for (const { written, read, depth, kind } of record.channels) {
        // The run ends with its last result; pixels that no window shows may still be under way.
        expect(written.length).toBeGreaterThanOrEqual(read.length);
        written.subarray(0, read.length).forEach((cycle, beat) => {
          expect(read[beat]).toBeGreaterThanOrEqual(kind === 'wire' ? cycle : cycle + 1);
          if (kind === 'fifo' && beat >= depth) expect(cycle).toBeGreaterThanOrEqual(read[beat - depth]);
        });
      }
      expect(outputs.every((output) => output.every(Number.isInteger))).toBe(true);
    }),
    { numRuns: 80, seed: 4 },
  );
  expect(stood).toBeGreaterThan(3);
});
