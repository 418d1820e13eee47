/**
 * Walks through a Pipeline cycle by cycle, as slowly and obviously as possible: an oracle for the token timing's tests that
 * shares nothing with it. In every cycle each stage does what its clock says if its channels let it; else its clock stands.
 */
import type { Pipeline } from './pipeline.ts';
import type { Access, Schedule, Step } from './schedule.ts';

export interface Walk {
  /** Cycles in which the beats of each channel were written, and read. */
  readonly written: ReadonlyMap<string, readonly number[]>;
  readonly read: ReadonlyMap<string, readonly number[]>;
  /** Cycle in which each stage's events end. */
  readonly ends: ReadonlyMap<string, readonly number[]>;
  /** Whether everything stands still before all is done. */
  readonly deadlock: boolean;
}

/** Groups of accesses to be done together, in order, for each tick of a stage's clock; one tick more than it has cycles. */
type Script = Access[][][];

export function walkCycles({ stages, channels, controlCycles }: Pipeline, events: number): Walk {
  const fifos = new Map(
    channels.map((channel) => [channel.name, { ...channel, writes: [] as number[], reads: [] as number[] }]),
  );
  const walkers = stages.map(({ name, schedule }) => ({
    name,
    script: scriptOf(schedule),
    event: 0,
    tick: 0,
    done: 0,
    /** First cycle in which the tick may be looked at. */
    from: 0,
    ends: [] as number[],
  }));
  const may = ({ channel, direction }: Access, cycle: number, taken: number): boolean => {
    const fifo = fifos.get(channel)!;
    if (direction === 'read') {
      if (fifo.from === null) return taken === 0 && (fifo.reads.at(-1) ?? -1) < cycle;
      return fifo.writes.length > fifo.reads.length + taken && fifo.writes[fifo.reads.length + taken] < cycle;
    }
    if (fifo.to === null) return true;
    // A beat read in this very cycle still takes up its place.
    const leaving = fifo.reads.filter((other) => other === cycle).length;
    return fifo.writes.length + taken - fifo.reads.length + leaving < fifo.depth;
  };
  let idle = 0;
  for (let cycle = 0; idle < 200 && walkers.some(({ event }) => event < events); cycle++, idle++) {
    for (let changed = true; changed;) {
      changed = false;
      for (const walker of walkers) {
        if (walker.event === events || cycle < walker.from) continue;
        const groups = walker.script[walker.tick];
        const group = groups[walker.done];
        if (group !== undefined) {
          const before = (access: Access, index: number) =>
            group
              .slice(0, index)
              .filter((o) => o.channel === access.channel && o.direction === access.direction).length;
          if (!group.every((access, index) => may(access, cycle, before(access, index)))) continue;
          for (const { channel, direction } of group) {
            const fifo = fifos.get(channel)!;
            if (direction === 'read') fifo.reads.push(cycle);
            else fifo.writes.push(cycle);
          }
          walker.done++;
        } else if (walker.tick + 1 < walker.script.length) {
          walker.tick++;
          walker.done = 0;
          walker.from = cycle + 1;
        } else {
          walker.ends.push(cycle);
          walker.event++;
          walker.tick = 0;
          walker.done = 0;
          walker.from = cycle + controlCycles;
        }
        changed = true;
        idle = 0;
      }
    }
  }
  const all = [...fifos.values()];
  return {
    written: new Map(all.map(({ name, writes }) => [name, writes])),
    read: new Map(all.map(({ name, reads }) => [name, reads])),
    ends: new Map(walkers.map(({ name, ends }) => [name, ends])),
    deadlock: walkers.some(({ event }) => event < events),
  };
}

function scriptOf({ steps }: Schedule): Script {
  const script: Script = [[]];
  const piece = (base: number, accesses: readonly { readonly access: Access; readonly cycle: number }[]) => {
    const ticks = new Set(accesses.map(({ cycle }) => cycle));
    for (const tick of ticks) {
      while (script.length <= base + tick) script.push([]);
      script[base + tick].push(accesses.filter(({ cycle }) => cycle === tick).map(({ access }) => access));
    }
  };
  const lengthen = (end: number) => {
    while (script.length <= end) script.push([]);
    return end;
  };
  const run = (parts: readonly Step[], start: number): number => {
    let base = start;
    for (const step of parts) {
      if (step.kind === 'straight') {
        piece(
          base,
          step.accesses.map((access) => ({ access, cycle: access.cycle })),
        );
        base = lengthen(base + step.cycles.max);
      } else if (step.kind === 'pipelined-loop') {
        const trips = step.trips.map(({ max }) => max);
        const indices = trips.reduce<number[][]>(
          (outer, n) => outer.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
          [[]],
        );
        piece(
          base,
          indices.flatMap((index, trip) =>
            step.accesses
              .filter(({ when }) =>
                (when ?? []).every(
                  ({ first, step: by }, level) => index[level] >= first && (index[level] - first) % by === 0,
                ),
              )
              .map((access) => ({ access, cycle: trip * step.interval + access.cycle })),
          ),
        );
        if (indices.length > 0)
          base = lengthen(base + (indices.length - 1) * step.interval + step.iterationCycles);
      } else {
        for (let trip = 0; trip < step.trips.max; trip++)
          base = lengthen(run(step.steps, base) + step.controlCycles);
      }
    }
    return base;
  };
  run(steps, 0);
  return script;
}
