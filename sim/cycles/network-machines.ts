/**
 * The units of a Network as machines that move once a cycle, exactly as their Verilog does; timing only.
 *
 * A machine looks at channels as they were at the start of the cycle, save that a window sees whether what it shows is
 * taken: machines run from the output of the Network to its input.
 */
import { type Unit, windowGeometry } from '../pipeline/network/index.ts';

/** A channel while it runs. */
export interface Link {
  readonly name: string;
  readonly kind: 'wire' | 'fifo' | 'register';
  readonly depth: number;
  /** Beats at the start of the cycle. */
  count: number;
  /** Cycles of the beats written and read so far. */
  readonly written: Float64Array;
  readonly read: Float64Array;
  writes: number;
  reads: number;
  wrote: boolean;
  took: boolean;
}

export function take(link: Link, cycle: number): void {
  link.read[link.reads++] = cycle;
  link.took = true;
}

export function give(link: Link, cycle: number): void {
  link.written[link.writes++] = cycle;
  link.wrote = true;
}

/** Why a machine stands still: it lacks a beat, or room, on a channel. */
export interface Want {
  readonly link: Link;
  readonly for: 'beat' | 'room';
}

export interface Machine {
  readonly unit: Unit;
  /** True while something moves or is under way inside. */
  move(cycle: number): boolean;
  /** What it lacked in the cycle that was last run; null if nothing. */
  want: Want | null;
}

const hasRoom = (link: Link) => link.count < link.depth;

export function machineOf(unit: Unit, link: (name: string) => Link): Machine {
  const [input] = unit.inputs.map(link);
  const [output] = unit.outputs.map(link);
  switch (unit.kind) {
    case 'region':
      return regionMachine(unit, input, output);
    case 'window':
      return windowMachine(unit, input, output);
    case 'pad':
      return padMachine(unit, input, output);
    case 'gather': {
      let held = 0;
      return simple(unit, (cycle) => {
        if (input.count === 0) return { link: input, for: 'beat' };
        if (held === unit.beats - 1 && !hasRoom(output)) return { link: output, for: 'room' };
        take(input, cycle);
        if (++held === unit.beats) {
          give(output, cycle);
          held = 0;
        }
        return null;
      });
    }
    case 'scatter': {
      let given = 0;
      return simple(unit, (cycle) => {
        if (input.count === 0) return { link: input, for: 'beat' };
        if (!hasRoom(output)) return { link: output, for: 'room' };
        give(output, cycle);
        if (++given === unit.beats) {
          take(input, cycle);
          given = 0;
        }
        return null;
      });
    }
    case 'fork': {
      const outputs = unit.outputs.map(link);
      return simple(unit, (cycle) => {
        if (input.count === 0) return { link: input, for: 'beat' };
        const full = outputs.find((each) => !hasRoom(each));
        if (full) return { link: full, for: 'room' };
        take(input, cycle);
        for (const each of outputs) give(each, cycle);
        return null;
      });
    }
    case 'join': {
      const inputs = unit.inputs.map(link);
      return simple(unit, (cycle) => {
        const empty = inputs.find(({ count }) => count === 0);
        if (empty) return { link: empty, for: 'beat' };
        if (!hasRoom(output)) return { link: output, for: 'room' };
        for (const each of inputs) take(each, cycle);
        give(output, cycle);
        return null;
      });
    }
    default:
      return unit satisfies never;
  }
}

/** A machine without anything under way: it moves, or says what it lacks. */
function simple(unit: Unit, step: (cycle: number) => Want | null): Machine {
  const machine: Machine = {
    unit,
    want: null,
    move(cycle) {
      machine.want = step(cycle);
      return machine.want === null;
    },
  };
  return machine;
}

function regionMachine(unit: Extract<Unit, { kind: 'region' }>, input: Link, output: Link): Machine {
  const { latencyCycles, circuit } = unit.schedule;
  const { inputBeats } = circuit;
  let [accepted, made, last] = [0, 0, -Infinity];
  /** Beats of the next event that are in: only the last one waits for a credit and for the interval. */
  let begun = 0;
  const machine: Machine = {
    unit,
    want: null,
    move(cycle) {
      const starts = begun === inputBeats - 1;
      const cooling = starts && cycle - last < circuit.interval;
      const left = output.reads - (output.took ? 1 : 0);
      const credit = !starts || accepted - left < output.depth;
      machine.want = null;
      if (made < accepted && input.read[(made + 1) * inputBeats - 1] + latencyCycles - 1 === cycle) {
        made += 1;
        give(output, cycle);
      }
      if (cooling) return true;
      if (input.count === 0) machine.want = { link: input, for: 'beat' };
      else if (!credit) machine.want = { link: output, for: 'room' };
      else {
        take(input, cycle);
        begun = starts ? 0 : begun + 1;
        if (starts) {
          accepted += 1;
          last = cycle;
        }
      }
      return machine.want === null || made < accepted || output.wrote;
    },
  };
  return machine;
}

/** The scan of geometry.ts: a step reads a column of pixels; its window is shown two cycles later. */
function windowMachine(unit: Extract<Unit, { kind: 'window' }>, input: Link, output: Link): Machine {
  const { image, stride } = unit;
  const { outRows, outColumns, right, drains, capacity, need, overlapNeed } = windowGeometry(unit);
  let ahead = 0;
  let [row, column] = [0, 0];
  /** Place of the window that the next step completes, and steps until that is the first one. */
  let [outRow, outColumn, lead] = [0, 0, right];
  let draining = 0;
  let emitting = false;
  const machine: Machine = {
    unit,
    want: null,
    move(cycle) {
      machine.want = null;
      let busy = false;
      const taken = input.count > 0 && ahead < capacity;
      if (taken) take(input, cycle);
      let scanned = false;
      if (output.count > 0 && !output.took) {
        machine.want = { link: output, for: 'room' };
      } else {
        if (emitting) give(output, cycle);
        busy = emitting;
        emitting = false;
        const between = drains && row === 0 && column === 0 && lead === 0;
        const drain = draining > 0 || (between && ahead <= overlapNeed);
        scanned = !drain && ahead > (between ? overlapNeed : need(row));
        if (drain || scanned) {
          busy = true;
          if (lead > 0) lead -= 1;
          else {
            emitting =
              outRow % stride[0] === 0 &&
              outColumn % stride[1] === 0 &&
              outRow <= (outRows - 1) * stride[0] &&
              outColumn <= (outColumns - 1) * stride[1];
            if (++outColumn === image.width) {
              outColumn = 0;
              if (++outRow === image.height) outRow = 0;
            }
          }
          if (drain) {
            draining = (draining === 0 ? right : draining) - 1;
            if (draining === 0) lead = right;
          } else if (++column === image.width) {
            column = 0;
            if (++row === image.height) {
              row = 0;
              if (!drains) [outRow, outColumn, lead] = [0, 0, right];
            }
          }
        } else if (!busy) {
          machine.want = { link: input, for: 'beat' };
        }
      }
      ahead += (taken ? 1 : 0) - (scanned ? 1 : 0);
      return busy || taken;
    },
  };
  return machine;
}

function padMachine(unit: Extract<Unit, { kind: 'pad' }>, input: Link, output: Link): Machine {
  const { image, padding } = unit;
  const width = image.width + padding.left + padding.right;
  const total = (image.height + padding.top + padding.bottom) * width;
  const lastInside = (padding.top + image.height - 1) * width + padding.left + image.width - 1;
  let at = 0;
  return simple(unit, (cycle) => {
    const [row, column] = [Math.floor(at / width) - padding.top, (at % width) - padding.left];
    const inside = row >= 0 && row < image.height && column >= 0 && column < image.width;
    if (at <= lastInside && input.count === 0) return { link: input, for: 'beat' };
    if (!hasRoom(output)) return { link: output, for: 'room' };
    if (inside) take(input, cycle);
    give(output, cycle);
    at = (at + 1) % total;
    return null;
  });
}
