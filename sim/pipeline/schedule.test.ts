import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { exactly } from './range.ts';
import { intervalOf, latencyOf, type Schedule, type Step, timesOf } from './schedule.ts';

const loop = (trips: number, interval: number, iterationCycles: number): Step => ({
  kind: 'pipelined-loop',
  name: 'loop',
  trips: [exactly(trips)],
  interval,
  iterationCycles,
  accesses: [],
});
const straight = (cycles: number): Step => ({ kind: 'straight', cycles: exactly(cycles), accesses: [] });
const sequential = (steps: Step[], interval: number | null = null): Schedule => ({ steps, interval });

describe('latency of a schedule', () => {
  test('counts the first iteration whole and every other by the interval', () => {
    expect(latencyOf(sequential([loop(20, 4, 5)]))).toEqual(exactly(81));
  });

  test('is that of csynth for the zero padding of a 63 x 63 image to 69 x 69', () => {
    const rowOfZeros: Step = {
      kind: 'sequential-loop',
      name: 'PadTop',
      trips: exactly(3),
      controlCycles: 2,
      steps: [straight(69)],
    };
    const rows: Step = { ...rowOfZeros, name: 'PadMain', trips: exactly(63), controlCycles: 4 };
    expect(latencyOf(sequential([rowOfZeros, rows, rowOfZeros, straight(3)]))).toEqual(exactly(5028));
  });

  test('ranges over data-dependent trips, none of which take nothing', () => {
    const steps: Step[] = [
      {
        kind: 'pipelined-loop',
        name: 'loop',
        trips: [{ min: 0, max: 8 }],
        interval: 2,
        iterationCycles: 7,
        accesses: [],
      },
    ];
    expect(latencyOf(sequential(steps))).toEqual({ min: 0, max: 21 });
  });

  test.prop([fc.nat({ max: 50 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 })])(
    'never falls when a loop gets another trip',
    (trips, interval, iteration) => {
      const of = (n: number) => latencyOf(sequential([loop(n, interval, iteration)])).max;
      expect(of(trips + 1)).toBeGreaterThanOrEqual(of(trips));
    },
  );
});

describe('interval of a schedule', () => {
  test('is the latency of a stage that takes one event at a time', () => {
    expect(intervalOf(sequential([straight(12)]))).toEqual(exactly(12));
  });

  test('is at least one cycle', () => {
    expect(intervalOf(sequential([straight(0)]))).toEqual(exactly(1));
  });

  test('is what a pipelined stage says', () => {
    expect(intervalOf(sequential([straight(6)], 2))).toEqual(exactly(2));
  });
});

test('an access on complete windows happens once a window', () => {
  const write = {
    channel: 'out',
    direction: 'write',
    cycle: 0,
    when: [
      { first: 3, step: 4 },
      { first: 3, step: 4 },
    ],
  } as const;
  expect(timesOf(write, [56, 56])).toBe(14 * 14);
});
