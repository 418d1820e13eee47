/** Figures of a simulation as tables for people. */
import type { Deadlock, DepthChange, RunStatistics, Spread } from '../sim/cycles/index.ts';
import { table } from './table.ts';

const BAR = 24;

export function stageTable({ stages, cycles }: RunStatistics): string {
  const percent = (part: number) => `${((100 * part) / Math.max(1, cycles)).toFixed(0)} %`;
  const rows = stages.map(({ name, busy, starved, blocked }) => [
    name,
    bar([busy, starved, blocked], cycles),
    percent(busy),
    percent(starved),
    percent(blocked),
  ]);
  return table(['stage', 'busy █ starved ░ blocked ▓', 'busy', 'starved', 'blocked'], rows);
}

export function channelTable({ channels }: RunStatistics): string {
  const rows = channels.map(({ name, depth, maxOccupancy, meanOccupancy }) => [
    name,
    // The input of the design holds nothing: its beat is there until it is taken.
    depth === 0 ? '' : bar([maxOccupancy], depth),
    depth === 0 ? '' : figure(maxOccupancy),
    depth === 0 ? 'wire' : figure(depth),
    meanOccupancy.toFixed(2),
  ]);
  return table(['channel', 'fullest', 'max', 'of depth', 'mean'], rows);
}

/** Shares of a whole as a bar of fixed length; what is not nothing shows. */
function bar(parts: readonly number[], whole: number): string {
  let left = BAR;
  const text = parts.map((part, index) => {
    const length =
      part === 0 ? 0 : Math.min(left, Math.max(1, Math.round((part / Math.max(whole, 1)) * BAR)));
    left -= length;
    return '█░▓'[index].repeat(length);
  });
  return text.join('').padEnd(BAR, '·');
}

export function timingLines(run: Omit<RunStatistics, 'channels' | 'stages' | 'cycles'>): string[] {
  const { latency, completeLatency, startToEnd, interval, departure } = run;
  const first = latency && `${spreadText(latency)} cycles to the first output beat`;
  const whole = completeLatency && `${spreadText(completeLatency)} to the last`;
  const csynth = startToEnd && `${spreadText(startToEnd)} from start to end`;
  const latencies = [first, whole, csynth].filter((text) => text !== null);
  return [
    `latency   ${latencies.length === 0 ? 'none: no event left' : latencies.join(', ')}`,
    `interval  ${interval ? `${spreadText(interval)} cycles between acceptances, ${spreadText(departure!)} between results` : 'none: fewer than two events left'}`,
  ];
}

export function deadlockLines(
  { cycle, waitFor, occupancy }: Deadlock,
  mend: readonly DepthChange[],
): string[] {
  const held = (channel: string) => `${occupancy[channel]} beats in it`;
  return [
    `deadlock: nothing moves after cycle ${figure(cycle)}`,
    ...waitFor.map(({ stage, channel, for: lacks }, index) => {
      const next = waitFor[(index + 1) % waitFor.length].stage;
      const why = lacks === 'room' ? `room in '${channel}' (${held(channel)})` : `a beat of '${channel}'`;
      return `  ${stage} waits for ${why}, which ${next} should ${lacks === 'room' ? 'read' : 'write'}`;
    }),
    ...(mend.length === 0
      ? []
      : [
          `  mend: ${mend.map(({ channel, from, to }) => `depth of '${channel}' from ${from} to ${to}`).join(', ')}`,
        ]),
  ];
}

export function spreadText({ min, mean, max }: Spread): string {
  return min === max ? figure(min) : `${figure(min)} to ${figure(max)} (mean ${mean.toFixed(1)})`;
}

export function figure(value: number): string {
  return value.toLocaleString('en');
}
