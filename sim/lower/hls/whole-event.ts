/** Processes that take an event as a whole: all inputs read in the first cycle, all outputs written in the last. */
import { exactly, type Schedule, type Step } from '../../pipeline/index.ts';
import type { Site } from './profile.ts';

/** A process of so many cycles; a pipelined one (`interval` given) takes the next event before it ends. */
export function wholeEvent(site: Site, cycles: number, interval: number | null = null): Schedule {
  return {
    interval,
    steps: [
      {
        kind: 'straight',
        cycles: exactly(cycles),
        accesses: [
          ...site.reads.map((channel) => ({ channel, direction: 'read', cycle: 0 }) as const),
          ...site.writes.map((channel) => ({ channel, direction: 'write', cycle: cycles }) as const),
        ],
      },
    ],
  };
}

/** The same around a loop: reads before it, writes `after` cycles behind it. */
export function aroundLoop(site: Site, loop: Step, before: number, after: number): Schedule {
  return {
    interval: null,
    steps: [
      {
        kind: 'straight',
        cycles: exactly(before),
        accesses: site.reads.map((channel) => ({ channel, direction: 'read', cycle: 0 })),
      },
      loop,
      {
        kind: 'straight',
        cycles: exactly(after),
        accesses: site.writes.map((channel) => ({ channel, direction: 'write', cycle: after })),
      },
    ],
  };
}
