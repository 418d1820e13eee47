/**
 * What an operation of a Circuit is made of, as named counts of structure: adder bits, partial products, selections.
 * Prices of the counts in logic cells are measured (hardware-prices.json).
 */
import { isSigned, type Node, sizeOf, type View, widthOf } from '../../pipeline/circuit/index.ts';
import { elementIndices } from '../../pipeline/circuit/index.ts';
import { tableCells } from './table-cells.ts';

export const COUNTS = [
  'adderBits',
  'productBits',
  'productRows',
  'knownProductBits',
  'roundBits',
  'clampBits',
  'clampTestBits',
  'lessBits',
  'lessKnownCells',
  'equalCells',
  'selectBits',
  'logicCells',
  'oneHotBits',
  'fourToOneBits',
  'tableCells',
  'serialiseCells',
  'accumulateBits',
] as const;
export type CountName = (typeof COUNTS)[number];
export type OperationCounts = Readonly<Partial<Record<CountName, number>>>;

/** Counts of all lanes of a node; none where it is wiring, memory or a multiplier block. */
export function operationCounts(node: Node): OperationCounts {
  const { op, operands, range, shape } = node;
  const lanes = sizeOf(shape);
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
      return {};
    case 'add':
    case 'subtract':
      return { adderBits: lanes * W };
    case 'multiply':
      return known >= 0 ? knownProduct(node, operands[known]) : product(lanes, width(0), width(1));
    case 'round':
      return op.rounding === 'TRN' ? {} : { roundBits: lanes * (width(0) + 1) };
    case 'clamp': {
      const source = operands[0].node.range;
      const tests = Number(source.hi > op.hi) * Math.max(1, width(0) - W) + Number(source.lo < op.lo);
      return { clampBits: lanes * W, clampTestBits: lanes * tests };
    }
    case 'less':
      return known >= 0
        ? { lessKnownCells: lanes * treeCells(width(1 - known)) }
        : { lessBits: lanes * Math.max(width(0), width(1)) };
    case 'equal': {
      const inputs = known >= 0 ? width(1 - known) : 2 * Math.max(width(0), width(1));
      return { equalCells: (isSymmetric(operands) ? lanes / 2 : lanes) * treeCells(inputs) };
    }
    case 'and':
    case 'or':
      return { logicCells: lanes * treeCells(operands.filter((view) => !isKnown(view)).length) };
    case 'any':
      return { logicCells: lanes * treeCells(operands[0].shape.at(-1)!) };
    case 'select':
      return { selectBits: lanes * W };
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
    case 'accumulate':
      return { accumulateBits: lanes * W };
  }
}

/** Six-input tables that reduce a number of inputs to one; parts of a table are left to what stands beside. */
export function treeCells(inputs: number): number {
  return Math.max(0, (inputs - 1) / 5);
}

/** Whether every element is compared with every other of the same array: a = b and b = a are made once. */
function isSymmetric([a, b]: readonly View[]): boolean {
  return a.node === b.node && a.strides.join() !== b.strides.join();
}

export function isKnown({ node }: View): boolean {
  return node.op.kind === 'constant' && node.beats === 1;
}

function product(lanes: number, a: number, b: number): OperationCounts {
  return { productBits: lanes * a * b, productRows: lanes * (a + b) };
}

/** A known factor costs an adder for each further digit of its canonical signed-digit form. */
function knownProduct({ operands }: Node, factor: View): OperationCounts {
  const { op } = factor.node;
  const other = operands.find((view) => view !== factor)!;
  const bits = widthOf(other.node.range);
  let sum = 0;
  for (const index of elementIndices(factor)) {
    const value = op.kind === 'constant' ? op.values[index] : 0;
    sum += Math.max(0, signedDigits(value) - 1) * (bits + 2);
  }
  return { knownProductBits: sum };
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
      cells += treeCells(ones);
    }
  }
  return { logicCells: (cells * lanes) / sets };
}
