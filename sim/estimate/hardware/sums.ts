/** Charges for sums and differences. */
import { isSigned, type Node, widthOf } from '../../pipeline/circuit/index.ts';
import { tableCounts } from './counts.ts';
import { sizeOfInputs, TABLE_INPUTS } from './open-logic.ts';
import type { Operand, Surroundings } from './operand.ts';

/**
 * A carry chain has a table of both operands for each bit at which both vary; logic in front of one of them is merged
 * into it. A product in the same lane takes the other operand as one more row.
 */
export function sum(
  node: Node,
  operands: readonly Operand[],
  { needed, lanes, charge }: Surroundings,
): undefined {
  const unknown = operands.filter((operand) => !operand.known);
  if (unknown.length < 2) {
    unknown.forEach((operand) => operand.close());
    return undefined;
  }
  const bits = sumBits(operands, Math.min(needed, widthOf(node.range)));
  if (operands.some(({ isProduct }) => isProduct)) {
    operands.forEach((operand) => operand.close());
    charge({ productTables: 2 * lanes * bits });
    return undefined;
  }
  const inputs = (operand: Operand) => sizeOfInputs(operand.logic().bit);
  const [merged, other] = [...operands].sort((x, y) => inputs(y) - inputs(x));
  other.close();
  const size = inputs(merged) + 1;
  if (merged.logic().tables.length === 0 || size > TABLE_INPUTS) {
    merged.close();
    charge({ adderBits: lanes * bits });
  } else {
    charge(tableCounts([[size, bits]], lanes));
  }
  return undefined;
}

/** Bits of a sum at which both operands vary; above the wider one all bits of a sum of signed ones are the same. */
function sumBits(operands: readonly Operand[], width: number): number {
  const widths = operands.map(({ view }) => widthOf(view.node.range));
  if (Math.max(...widths) === 1) return 2;
  const low = Math.max(...operands.map(zeroBits));
  const high = Math.min(
    width,
    Math.max(...widths),
    ...operands.map(({ view }, index) => (isSigned(view.node.range) ? Infinity : widths[index])),
  );
  return Math.max(0, high - low);
}

/** Low bits that are 0 by construction; what comes from another lane comes through a port, where nothing is known. */
function zeroBits({ own, view: { node } }: Operand): number {
  return own && node.op.kind === 'shift-left' ? node.op.bits : 0;
}
