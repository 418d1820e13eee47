/**
 * The registers that a schedule implies: for every value, where it must still be readable, and the chain of copies
 * that keeps it so while later events overlap.
 *
 * A value of T beats moves on by one register a step. A value at event rate is held: a copy loaded at the end of
 * step p (enabled by the event's token in step p) can be read in steps p + 1 to p + interval, because the next event
 * overwrites it at the earliest at the end of step p + interval. A reader that needs it later reads a further copy,
 * loaded from the one before.
 */
import type { Circuit, Node } from './circuit.ts';
import { isGathered } from './operation.ts';
import { gatherSteps, readsHeld, type Schedule, ScheduleError } from './schedule.ts';

/** A reading of a value: from step `from` to step `to` the same copy must be visible. */
export interface Reading {
  readonly from: number;
  readonly to: number;
}

/** How the value can be read in a step. */
export interface Holds {
  readonly node: Node;
  /** First step in which a copy may load the value. */
  readonly made: number;
  /** Last step in which it is still there without a copy. */
  readonly until: number;
  /** Copies in order; copy i is loaded at the end of step loads[i], from copy i - 1 or from the value itself. */
  readonly loads: readonly number[];
  /** For values of several beats `copies` move every step; held ones are enabled by the event's token. */
  readonly held: boolean;
}

/** The registers of every node. @throws ScheduleError if a reading cannot be served at this interval */
export function holdsOf({ circuit, steps, lastStep }: Schedule): Holds[] {
  const readings: Reading[][] = circuit.nodes.map(() => []);
  for (const node of circuit.nodes) {
    for (const { node: operand } of node.operands) {
      readings[operand.id].push(readingOf(node, operand, steps[node.id]));
    }
  }
  for (const { node } of circuit.outputs) readings[node.id].push({ from: lastStep, to: lastStep });
  return circuit.nodes.map((node) => {
    const wanted = readings[node.id];
    if (node.op.kind === 'constant') return { node, made: 0, until: Infinity, loads: [], held: false };
    if (node.beats > 1) return movingHolds(node, steps[node.id], wanted);
    return heldHolds(circuit, node, steps[node.id], wanted);
  });
}

function readingOf(node: Node, operand: Node, step: number): Reading {
  if (!readsHeld(node, operand)) return { from: step, to: step };
  const beats = isGathered(node.op) ? node.operands[0].node.beats : node.beats;
  return { from: step, to: step + beats - 1 };
}

/** A value of several beats: a chain of registers, one a step, as long as the furthest reader needs. */
function movingHolds(node: Node, step: number, wanted: readonly Reading[]): Holds {
  const made = node.op.kind === 'table' && node.op.style === 'block' ? step + 1 : step;
  const last = Math.max(made, ...wanted.map(({ from }) => from));
  return {
    node,
    made,
    until: made,
    loads: Array.from({ length: last - made }, (_, i) => made + i),
    held: false,
  };
}

function heldHolds(circuit: Circuit, node: Node, step: number, wanted: readonly Reading[]): Holds {
  const { interval } = circuit;
  let made = step;
  let until = step;
  if (node.op.kind === 'input') {
    until = interval - 1;
  } else if (isGathered(node.op)) {
    // In the step of the last beat the gathered value is on a wire, which a copy may load; then in its register, which
    // the first beat of the next event changes: at full rate an interval later, of streamed values a cycle later.
    made = step + gatherSteps(node) - 1;
    until = node.operands[0].node.streamed === true ? step + 1 : step + interval;
  } else if (node.op.kind === 'table' && node.op.style === 'block') {
    made = step + 1;
    until = step + 1;
  }
  const loads = fewestLoads({ made, until }, wanted, interval);
  if (loads !== null) return { node, made, until, loads, held: true };
  const steps = wanted.map(({ from, to }) => `${from} to ${to}`).join(', ');
  throw new ScheduleError(
    'holds',
    `no copies of '${node.label}' (node ${node.id}) at an interval of ${interval} can be read in steps ${steps}: ` +
      `it is there from step ${made} to ${until}`,
  );
}

/**
 * The fewest loads with which every reading sees one copy, or the value itself, all the time; null if none do.
 *
 * A copy serves a reading if it is loaded in one of the steps to - interval .. from - 1, and is loaded from one that is
 * still there. Each load comes as late as the readings still to be served begin and as the copy before it lasts. That is
 * the fewest: in any other chain the first load is no later, serves no reading that the later one misses, and is
 * followed by no load that could not follow the later one.
 */
export function fewestLoads(
  { made, until }: Pick<Holds, 'made' | 'until'>,
  wanted: readonly Reading[],
  interval: number,
): number[] | null {
  const loads: number[] = [];
  let [earliest, end] = [made, until];
  let waiting = wanted.filter(({ to }) => to > until);
  while (waiting.length > 0) {
    const load = Math.min(end, ...waiting.map(({ from }) => from - 1));
    if (load < earliest) return null;
    loads.push(load);
    [earliest, end] = [load + 1, load + interval];
    waiting = waiting.filter(({ to }) => to > end);
  }
  return loads;
}

/** Which copy a reader in a step sees: -1 for the value itself, else the index into `loads`. */
export function copyAt({ node, until, loads, held }: Holds, { from, to }: Reading, interval: number): number {
  if (node.op.kind === 'constant') return -1;
  if (!held) return from - until - 1;
  if (to <= until) return -1;
  const index = loads.findIndex((load) => load < from && to <= load + interval);
  if (index < 0) {
    const what = `no copy of '${node.label}' (node ${node.id}) can be read from step ${from} to ${to}`;
    throw new ScheduleError('holds', what);
  }
  return index;
}

export { readingOf };
