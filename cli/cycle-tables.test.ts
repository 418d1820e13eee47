import { expect, test } from 'vitest';
import { breakDeadlock, resizablePipeline, simulatePipeline, statisticsOf } from '../sim/cycles/index.ts';
import { tooShallowFork } from '../sim/cycles/example-pipelines.ts';
import { deadlockLines, stageTable, timingLines } from './cycle-tables.ts';

const traffic = { events: 2 };
const record = simulatePipeline(tooShallowFork(3), traffic);

test('a deadlock is told as who waits for what, how full it is, and what mends it', () => {
  const mend = breakDeadlock(resizablePipeline(tooShallowFork(3), traffic));
  expect(deadlockLines(record.deadlock!, mend)).toEqual([
    'deadlock: nothing moves after cycle 3',
    "  fork waits for room in 'direct' (3 beats in it), which join should read",
    "  join waits for a beat of 'gathered', which gather should write",
    "  gather waits for a beat of 'detour', which fork should write",
    "  mend: depth of 'direct' from 3 to 8",
  ]);
});

test('a run that no event left has neither latency nor interval', () => {
  expect(timingLines(statisticsOf(record))).toEqual([
    'latency   none: no event left',
    'interval  none: fewer than two events left',
  ]);
});

test('a bar shows shares of all cycles, and whatever is not nothing', () => {
  const stage = { name: 's', layer: null, busy: 50, starved: 49, blocked: 1, idle: 0 };
  const [, , row] = stageTable({ ...statisticsOf(record), cycles: 100, stages: [stage] }).split('\n');
  expect(row).toMatch(/^s +█{12}░{12}/);
  const [, , idle] = stageTable({
    ...statisticsOf(record),
    cycles: 100,
    stages: [{ ...stage, busy: 25, starved: 0 }],
  }).split('\n');
  expect(idle).toMatch(/^s +█{6}▓·{17} +25 % +0 % +1 %$/);
});
