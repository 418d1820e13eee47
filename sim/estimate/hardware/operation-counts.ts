/**
 * What an operation of a Circuit is made of, as named counts of structure: adder bits, partial products, selections.
 * Prices of the counts in logic cells are measured (hardware-prices.json).
 */
import {
  elementIndices,
  isSigned,
  type Node,
  sizeOf,
  type View,
  widthOf,
} from '../../pipeline/circuit/index.ts';
import { tableCells } from './table-cells.ts';

export const COUNTS = [
  'adderBits',
  'productBits',
  'productRows',
  'knownProductBits',
  'clampOneBits',
  'clampBothBits',
  'testCells',
  'lessBits',
  'lessKnownCells',
  'equalCells',
  'selectBits',
  'gateBits',
  'logicCells',
  'oneHotBits',
  'oneHotKnownCells',
  'fourToOneBits',
  'tableCells',
  'serialiseCells',
  'accumulateBits',
  'accumulateCarryBits',
] as const;
export type CountName = (typeof COUNTS)[number];
export type OperationCounts = Readonly<Partial<Record<CountName, number>>>;

/**
 * Counts of all lanes of a node; none where it is wiring, memory, a multiplier block or always the same value.
 *
 * A constant operand is folded as synthesis does it: an addition of a constant and a rounding are carry chains with
 * wires and inverters in front of them, a selection between a value and a constant is a gate of two inputs.
 *
 * @param live  elements of the node that somebody reads; default all
 */
export function operationCounts(node: Node, live?: ReadonlySet<number>): OperationCounts {
  const { op, operands, range, shape } = node;
  const all = sizeOf(shape);
  const lanes = live ? live.size : all;
  if (range.lo === range.hi || lanes === 0) return {};
  const W = widthOf(range);
  const width = (index: number) => widthOf(operands[index].node.range);
  const known = operands.findIndex(isKnown);
  switch (op.kind) {
    case 'input':
    case 'constant':
    case 'shift-left':
    case 'join':
    case 'wrap':
    case 'pack':
    case 'concat':
    case 'collect':
    case 'not':
    case 'round':
      return {};
    case 'add':
    case 'subtract':
      return { adderBits: lanes * sumBits(operands, W) };
    case 'multiply':
      return known >= 0
        ? knownProduct(node, operands[known], lanes / all)
        : product(lanes, width(0), width(1));
    case 'clamp':
      return clampCounts(operands[0], op, lanes, W);
    case 'less':
      return known >= 0
        ? { lessKnownCells: (lanes / all) * comparisons(operands, known) }
        : { lessBits: lanes * Math.max(width(0), width(1)) };
    case 'equal': {
      const inputs = known >= 0 ? width(1 - known) : 2 * Math.max(width(0), width(1));
      return { equalCells: (known >= 0 ? lanes : distinctPairs(operands, live)) * treeCells(inputs) };
    }
    case 'and':
    case 'or':
      return { logicCells: lanes * gateCells(operands.filter((view) => !isKnown(view)).length) };
    case 'any':
      return { logicCells: anyCells(operands[0], lanes) };
    case 'select':
      return operands.slice(1).some(isKnown) ? { gateBits: lanes * W } : { selectBits: lanes * W };
    case 'one-hot':
      return oneHot(node, lanes, W);
    case 'mux': {
      let [inputs, cells] = [operands[1].shape.at(-1)!, 0];
      for (; inputs > 1; inputs = Math.ceil(inputs / 4)) cells += Math.ceil(inputs / 4);
      return { fourToOneBits: lanes * cells * width(1) };
    }
    case 'table':
      if (op.style === 'block') return {};
      return {
        tableCells:
          (lanes / op.rows[0].length) * tableCells(op, width(0), isSigned(operands[0].node.range), W),
      };
    case 'serialise':
      return { serialiseCells: lanes * W * treeCells(2 * node.beats) };
    case 'running':
      return { accumulateBits: lanes * W };
    case 'either':
      return { gateBits: lanes * W };
    case 'accumulate': {
      const added = Math.min(width(0), W);
      return { accumulateBits: lanes * added, accumulateCarryBits: lanes * (W - added) };
    }
  }
}

/** Bits of a sum at which both operands vary: above and below them there is nothing to look up. */
function sumBits(operands: readonly View[], width: number): number {
  if (operands.some(isKnown)) return 0;
  const signed = operands.some(({ node }) => isSigned(node.range));
  const high = signed ? width : Math.min(...operands.map(({ node }) => widthOf(node.range)));
  return Math.max(0, high - Math.max(...operands.map(zeroBits)));
}

/** Low bits that are 0 by construction. */
function zeroBits({ node }: View): number {
  return node.op.kind === 'shift-left' ? node.op.bits + zeroBits(node.operands[0]) : 0;
}

/** One gate a bit, of two inputs for one bound and three for both; and the tests for the bounds. */
function clampCounts(
  { node }: View,
  bounds: { readonly lo: number; readonly hi: number },
  lanes: number,
  width: number,
): OperationCounts {
  const { range } = node;
  const [below, above] = [range.lo < bounds.lo, range.hi > bounds.hi];
  if (!below && !above) return {};
  const whole = Number.isInteger(Math.log2(bounds.hi + 1));
  const test =
    (above ? gateCells(whole ? widthOf(range) - widthOf({ lo: 0, hi: bounds.hi }) : widthOf(range)) : 0) +
    (below && bounds.lo !== 0 ? gateCells(widthOf(range)) : 0);
  const gates = lanes * width;
  return {
    ...(below && above ? { clampBothBits: gates } : { clampOneBits: gates }),
    testCells: lanes * test,
  };
}

/** Comparisons with known values, of the bits that matter: x > c looks at the bits down to the last 0 of c. */
function comparisons(operands: readonly View[], known: number): number {
  const other = operands[1 - known].node.range;
  const { op } = operands[known].node;
  let cells = 0;
  for (const index of elementIndices(operands[known])) {
    const value = op.kind === 'constant' ? op.values[index] : 0;
    // c < x is x >= c + 1; x < c is not x >= c.
    const least = known === 0 ? value + 1 : value;
    if (least <= other.lo || least > other.hi) continue;
    let unused = 0;
    while (unused < widthOf(other) - 1 && Math.floor(least / 2 ** unused) % 2 === 0) unused += 1;
    cells += gateCells(widthOf(other) - unused);
  }
  return cells;
}

/** Elements that are read and not the same pair as another, whichever way round; an element equals itself. */
function distinctPairs([a, b]: readonly View[], live?: ReadonlySet<number>): number {
  const [left, right] = [Array.from(elementIndices(a)), Array.from(elementIndices(b))];
  if (a.node !== b.node) return live ? live.size : left.length;
  const pairs = new Set<string>();
  left.forEach((x, lane) => {
    const y = right[lane];
    if (x !== y && (!live || live.has(lane))) pairs.add(`${Math.min(x, y)} ${Math.max(x, y)}`);
  });
  return pairs.size;
}

/** An any is a tree over those of its bits that are not masked by a known 0. */
function anyCells(bits: View, lanes: number): number {
  const inputs = bits.shape.at(-1)!;
  if (bits.node.op.kind !== 'and') return lanes * gateCells(inputs);
  const known = maskOf(bits.node);
  const indices = Array.from(elementIndices(bits));
  let cells = 0;
  for (let at = 0; at < indices.length; at += inputs) {
    cells += gateCells(indices.slice(at, at + inputs).filter((index) => known(index)).length);
  }
  return (cells * lanes * inputs) / Math.max(1, indices.length);
}

/** Which elements of an `and` no known operand sets to 0. */
export function maskOf(node: Node): (element: number) => boolean {
  const masks = node.operands.flatMap((view) => {
    const { op } = view.node;
    return isKnown(view) && op.kind === 'constant'
      ? [Array.from(elementIndices(view), (index) => op.values[index] !== 0)]
      : [];
  });
  return (element) => masks.every((mask) => mask[element]);
}

/** Cells of a gate of so many inputs: one of two inputs shares a cell with another. */
function gateCells(inputs: number): number {
  if (inputs <= 1) return 0;
  return inputs === 2 ? 0.5 : Math.ceil((inputs - 1) / 5);
}

/** Six-input tables that reduce a number of inputs to one; parts of a table are left to what stands beside. */
export function treeCells(inputs: number): number {
  return Math.max(0, (inputs - 1) / 5);
}

export function isKnown({ node }: View): boolean {
  return node.op.kind === 'constant' && node.beats === 1;
}

function product(lanes: number, a: number, b: number): OperationCounts {
  return { productBits: lanes * a * b, productRows: lanes * (a + b) };
}

/** A known factor costs an adder for each further digit of its canonical signed-digit form. */
function knownProduct({ operands }: Node, factor: View, share: number): OperationCounts {
  const { op } = factor.node;
  const other = operands.find((view) => view !== factor)!;
  const bits = widthOf(other.node.range);
  let sum = 0;
  for (const index of elementIndices(factor)) {
    const value = op.kind === 'constant' ? op.values[index] : 0;
    sum += Math.max(0, signedDigits(value) - 1) * (bits + 2);
  }
  return { knownProductBits: share * sum };
}

/** Digits that are not 0 in the canonical signed-digit form. */
function signedDigits(value: number): number {
  let [digits, left] = [0, Math.abs(value)];
  while (left > 0) {
    if (left % 2 === 1) {
      digits += 1;
      left += left % 4 === 3 ? 1 : -1;
    }
    left /= 2;
  }
  return digits;
}

/** Pairs of a bit and its value, or-ed; of known values only the bits that are set. */
function oneHot({ operands }: Node, lanes: number, width: number): OperationCounts {
  const [bits, values] = operands as [View, View];
  const choices = bits.shape.at(-1)!;
  if (!isKnown(values)) return { oneHotBits: lanes * width * choices };
  const { op } = values.node;
  let cells = 0;
  const indices = elementIndices(values);
  const sets = indices.length / choices;
  for (let set = 0; set < sets; set++) {
    for (let bit = 0; bit < width; bit++) {
      let ones = 0;
      for (let k = 0; k < choices; k++) {
        const value = op.kind === 'constant' ? op.values[indices[set * choices + k]] : 0;
        ones += Math.floor(value / 2 ** bit) & 1;
      }
      cells += gateCells(ones);
    }
  }
  return { oneHotKnownCells: (cells * lanes) / sets };
}
