/**
 * Delay tables: how long a signal takes through an operation, in nanoseconds and in look-up-table levels.
 *
 * The figures are data with provenance; what an operation is made of (its structure) is code.
 */
import { type Node, widthOf } from './circuit.ts';
import { sizeOf, type View } from './view.ts';

export interface DelayTable {
  readonly family: string;
  readonly provenance: string;
  /** One look-up table with its net. */
  readonly levelNs: number;
  /** Into a carry chain, out of it, and past one bit of it. */
  readonly carryNs: number;
  readonly carryBitNs: number;
  /** Added per doubling of a net's load beyond `fanoutFree`. */
  readonly fanoutNs: number;
  readonly fanoutFree: number;
  /** Block memory: clock to output. */
  readonly memoryNs: number;
  /** Multiplier block, input to output. */
  readonly multiplierNs: number;
  /** Bits of both operands together from which a multiplier block is used instead of logic. */
  readonly multiplierBits: number;
  /** Register clock-to-output and setup together. */
  readonly registerNs: number;
  /** Clock uncertainty kept back. */
  readonly marginNs: number;
  /** Most look-up tables in a row between two registers. */
  readonly maxLevels: number;
}

/** AMD UltraScale+, speed grade -2L. */
export const ULTRASCALE_PLUS: DelayTable = {
  family: 'ultrascale-plus-2L',
  provenance:
    'Typical logic and net delays of the -2 speed grade (AMD DS923): look-up table 0.12 ns, net 0.45 ns, 0.06 ns more ' +
    'for a doubled load; carry 0.015 ns a bit. Estimates, see docs/timing.md for their uncertainty.',
  levelNs: 0.58,
  carryNs: 0.3,
  carryBitNs: 0.015,
  fanoutNs: 0.06,
  fanoutFree: 16,
  memoryNs: 1.3,
  multiplierNs: 3.2,
  multiplierBits: 23,
  registerNs: 0.14,
  marginNs: 0.25,
  maxLevels: 6,
};

/** Up to so many beats, a value is chosen by one expression; more in threes, each a look-up table of its own. */
export const FLAT_BEATS = 5;

export interface Delay {
  readonly ns: number;
  readonly levels: number;
}

const NONE: Delay = { ns: 0, levels: 0 };

/** Delay from an operation's operands to its result. */
export function delayOf(node: Node, table: DelayTable): Delay {
  const { op, operands } = node;
  const logic = (levels: number): Delay => ({ ns: levels * table.levelNs + loading(node, table), levels });
  const carry = (bits: number): Delay => ({
    ns: table.levelNs + table.carryNs + bits * table.carryBitNs,
    levels: 1,
  });
  const width = (index: number) => widthOf(operands[index].node.range);
  switch (op.kind) {
    case 'input':
    case 'constant':
    case 'shift-left':
    case 'join':
    case 'wrap':
    case 'pack':
    case 'concat':
    case 'not':
    case 'collect':
      return NONE;
    case 'add':
    case 'subtract':
      return width(0) === 1 && width(1) === 1 ? logic(1) : carry(widthOf(node.range));
    case 'accumulate':
      return carry(widthOf(node.range));
    case 'running': {
      // Reset, addition, and where the sum may pass the limit a comparison and a selection.
      const { ns, levels } = carry(widthOf(node.range) + 1);
      return { ns: ns + 3 * table.levelNs, levels: levels + 3 };
    }
    case 'either':
      return logic(1);
    case 'round':
      return op.rounding === 'TRN' ? NONE : carry(width(0));
    case 'clamp': {
      const { lo, hi } = operands[0].node.range;
      const high = hi > op.hi ? width(0) - widthOf(node.range) + 1 : 1;
      return lo < op.lo && hi <= op.hi ? logic(1) : logic(1 + levelsOf(high, 6));
    }
    case 'less': {
      const bits = Math.max(width(0), width(1));
      if (isKnown(operands[0]) || isKnown(operands[1])) return bits <= 6 ? logic(1) : logic(2);
      return bits <= 3 ? logic(1) : carry(bits / 2);
    }
    case 'equal': {
      const bits = Math.max(width(0), width(1));
      return logic(levelsOf(isKnown(operands[0]) || isKnown(operands[1]) ? bits : 2 * bits, 6));
    }
    case 'and':
    case 'or':
      return operands.length === 1 ? NONE : logic(levelsOf(operands.length, 6));
    case 'select':
      return logic(1);
    case 'table':
      return op.style === 'block' ? NONE : logic(tableLevels(width(0)));
    case 'any':
      return logic(levelsOf(operands[0].shape.at(-1)!, 6));
    case 'one-hot':
      return logic(oneHotLevels(operands[0].shape.at(-1)!));
    case 'serialise':
      return operands[0].node.op.kind === 'constant' ? NONE : logic(oneHotLevels(node.beats));
    case 'mux':
      return logic(levelsOf(operands[1].shape.at(-1)!, 4));
    case 'multiply':
      return multiplyDelay(node, table);
  }
}

/** Whether a product is made by a multiplier block. */
export function usesMultiplierBlock(
  { op, operands }: Node,
  table: Pick<DelayTable, 'multiplierBits'>,
): boolean {
  if (op.kind !== 'multiply') return false;
  return operands.reduce((bits, { node }) => bits + widthOf(node.range), 0) >= table.multiplierBits;
}

/** Partial products compressed three to two, then one carry chain; with a known factor about half as many rows. */
function multiplyDelay(node: Node, table: DelayTable): Delay {
  if (usesMultiplierBlock(node, table)) return { ns: table.multiplierNs, levels: 1 };
  const widths = node.operands.map((operand) => widthOf(operand.node.range));
  const known = node.operands.findIndex(isKnown);
  let rows = known >= 0 ? Math.ceil((widths[known] + 1) / 2) : Math.min(...widths);
  if (rows === 1) return { ns: table.levelNs, levels: 1 };
  let levels = 0;
  while (rows > 2) {
    rows = Math.floor(rows / 3) * 2 + (rows % 3);
    levels += 1;
  }
  const bits = widthOf(node.range);
  return { ns: (levels + 1) * table.levelNs + table.carryNs + bits * table.carryBitNs, levels: levels + 1 };
}

/** Levels of a tree whose nodes take `fanIn` inputs. */
function levelsOf(inputs: number, fanIn: number): number {
  let levels = 0;
  for (let left = inputs; left > 1; left = Math.ceil(left / fanIn)) levels += 1;
  return Math.max(levels, 1);
}

/** Three and-pairs fit into a six-input table; their results are or-ed. */
function oneHotLevels(choices: number): number {
  const partial = Math.ceil(choices / 3);
  return 1 + (partial > 1 ? levelsOf(partial, 6) : 0);
}

/** Six address bits to a level; beyond that mapped netlists show about one more level for each further bit or two. */
function tableLevels(addressBits: number): number {
  if (addressBits <= 7) return addressBits <= 6 ? 1 : 2;
  return 3 + Math.ceil((addressBits - 8) / 2);
}

/** Extra net delay where one bit of an operand drives many lanes. */
function loading({ operands, shape }: Node, table: DelayTable): number {
  const lanes = sizeOf(shape);
  const loads = operands.map((view) => {
    const distinct = view.shape.reduce((n, size, axis) => (view.strides[axis] === 0 ? n : n * size), 1);
    return (lanes * (view.shape.length > shape.length ? view.shape.at(-1)! : 1)) / Math.max(distinct, 1);
  });
  const most = Math.max(1, ...loads);
  return most > table.fanoutFree ? table.fanoutNs * Math.log2(most / table.fanoutFree) : 0;
}

function isKnown({ node }: View): boolean {
  return node.op.kind === 'constant' && node.beats === 1;
}
