/**
 * Registers and look-up tables of the units around regions, by what their Verilog declares. Line memories and queues
 * of several beats are distributed memory, which the measure does not count among logic cells.
 */
import { widthOf } from '../../pipeline/circuit/index.ts';
import {
  type BeatType,
  channelOf,
  type Network,
  type NetworkChannel,
  type Region,
  type Unit,
  type Window,
  windowGeometry,
} from '../../pipeline/network/index.ts';

export interface UnitLogic {
  readonly registers: number;
  /** Tables by inputs, as in packed-cells.ts. */
  readonly small: number;
  readonly middle: number;
  readonly large: number;
}

const NONE: UnitLogic = { registers: 0, small: 0, middle: 0, large: 0 };

export function beatBits(beat: BeatType): number {
  return beat.reduce((bits, { count, range }) => bits + count * widthOf(range), 0);
}

/** Bits of a register that counts to `last`; one that only ever holds 0 is not made. */
function counterBits(last: number): number {
  return last === 0 ? 0 : last.toString(2).length;
}

/** The output is masked bit by bit; a depth of 1 is a register and has no pointers. */
export function fifoLogic({ depth, beat }: NetworkChannel): UnitLogic {
  const bits = beatBits(beat);
  const pointers = counterBits(depth) + 2 * counterBits(depth - 1);
  return { registers: pointers + (depth === 1 ? bits : 0), small: bits, middle: pointers, large: 0 };
}

export function unitLogic(unit: Exclude<Unit, Region>, network: Network): UnitLogic {
  const bits = beatBits(channelOf(network, unit.inputs[0]).beat);
  const { beat } = channelOf(network, unit.outputs[0]);
  switch (unit.kind) {
    case 'window':
      return windowLogic(unit, beatBits(beat));
    case 'gather': {
      const held = counterBits(unit.beats - 1);
      return { ...NONE, registers: held + bits * (unit.beats - 1), middle: held };
    }
    case 'scatter': {
      if (unit.beats === 1) return NONE;
      const given = counterBits(unit.beats - 1);
      const part = bits / unit.beats;
      return { ...NONE, registers: given, middle: given, large: part * selectTables(unit.beats) };
    }
    case 'pad': {
      const { image, padding } = unit;
      const [rows, columns] = [
        image.height + padding.top + padding.bottom,
        image.width + padding.left + padding.right,
      ];
      const places = counterBits(rows - 1) + counterBits(columns - 1);
      return { registers: places, small: beatBits(beat), middle: places + 4, large: 0 };
    }
    case 'fork':
      return { ...NONE, small: unit.outputs.length };
    case 'join':
      return { ...NONE, small: unit.inputs.length };
    default:
      return unit satisfies never;
  }
}

/** One of `choices` by a bit each: each table of six takes in five inputs more. */
function selectTables(choices: number): number {
  return Math.ceil((2 * choices - 1) / 5);
}

/** Cells of a window that may lie outside along one axis, each with a register of its mask in each of two steps. */
function masked(cells: number, before: number, size: number): number {
  return Array.from({ length: cells }, (_, at) => Math.abs(at - before)).filter(
    (offset) => offset !== 0 && offset <= size - 1,
  ).length;
}

function windowLogic(unit: Window, windowBits: number): UnitLogic {
  const { image, window, stride, padding } = unit;
  const [rows, columns] = window;
  const { below, right, drains, capacity } = windowGeometry(unit);
  const pixelBits = windowBits / (rows * columns);
  const [row, column] = [counterBits(image.height - 1), counterBits(image.width - 1)];
  const ahead = counterBits(capacity);
  const hasNeed = below > 0 && image.height > 1;
  // Multiples of the width: the low bits that are 0 in it are 0 always.
  const need = hasNeed ? ahead - Math.log2(image.width & -image.width) : 0;
  const lead = counterBits(right);
  const counters =
    2 * row +
    3 * column +
    ahead +
    need +
    lead * (drains ? 2 : 1) +
    counterBits(stride[0] - 1) +
    counterBits(stride[1] - 1);
  const [rowMasks, columnMasks] = [
    masked(rows, padding.top, image.height),
    masked(columns, padding.left, image.width),
  ];
  // A bank of one row is always on.
  const banks = rows === 1 ? 0 : 3 * rows;
  const unmasked = (rows - rowMasks) * (columns - columnMasks);
  const chosen = rows === 1 ? 0 : rows * pixelBits;
  const select = chosen * selectTables(rows);
  return {
    // `read`, `read_emit` and `shown`.
    registers: windowBits + rows * pixelBits + counters + banks + 2 * (rowMasks + columnMasks) + 3,
    small: (rows * columns - unmasked) * pixelBits + rowMasks * columnMasks,
    middle: Math.ceil(counters / 2) + (rows <= 2 ? select : 0),
    large: Math.floor(counters / 2) + rowMasks + columnMasks + (rows > 2 ? select : 0),
  };
}
