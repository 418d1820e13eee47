/**
 * What an operation of a Circuit is made of: look-up tables by their inputs, where structure says it, and named counts
 * whose price in tables is measured (hardware-prices.json).
 *
 * Known operands are folded as synthesis does it: a sum with a constant and a rounding are carry chains with wires and
 * inverters in front of them, a comparison with a constant looks at the bits that matter, a selection of a value or a
 * constant is a gate. A value that only its own lane reads, and only once, is merged into its reader (open-logic.ts).
 */
import { FLAT_BEATS, isSigned, type Node, widthOf } from '../../pipeline/circuit/index.ts';
import { oneHot, unmasked } from './bit-lists.ts';
import {
  clamp,
  comparedWithKnown,
  comparisonOf,
  distinctPairs,
  leastAbove,
  MERGED_COMPARISON,
} from './comparisons.ts';
import { tableCounts } from './counts.ts';
import { multiply } from './multiply.ts';
import { nets, type OpenLogic, sizeOfInputs, treeOf, union } from './open-logic.ts';
import { averaged, fits, gate, most, nameOf, type Operand, type Surroundings, wired } from './operand.ts';
import { sum } from './sums.ts';
import { tableColumns } from './table-cells.ts';

/** Charges for what cannot be merged into a reader and gives the rest; nothing means nets. */
export function operationLogic(
  node: Node,
  operands: readonly Operand[],
  surroundings: Surroundings,
): OpenLogic | undefined {
  const { op } = node;
  const { needed, varying, inline, lanes, live, charge } = surroundings;
  const [a, b, c] = operands;
  const width = (operand: Operand) => widthOf(operand.view.node.range);
  const unknown = operands.filter((operand) => !operand.known);
  switch (op.kind) {
    case 'input':
    case 'constant':
    case 'concat':
    case 'collect':
      return undefined;
    case 'not':
    case 'shift-left':
    case 'wrap':
      return wired(a, needed);
    case 'pack':
      return nets(nameOf(a.view), a.view.shape.at(-1)!);
    case 'join': {
      const [high, low] = [a.logic(), b.logic()];
      const wider = sizeOfInputs(high.bit) > sizeOfInputs(low.bit) ? high : low;
      return { bit: wider.bit, all: union(high.all, low.all), tables: [...high.tables, ...low.tables] };
    }
    case 'round':
      if (op.rounding === 'TRN') return wired(a, needed);
      a.close();
      if (op.rounding === 'TRN_ZERO') charge({ adderBits: lanes * op.bits });
      return undefined;
    case 'add':
    case 'subtract':
      return sum(node, operands, surroundings);
    case 'multiply':
      operands.forEach((operand) => operand.close());
      multiply(operands, surroundings);
      return undefined;
    case 'clamp':
      return clamp(a, op, surroundings);
    case 'less':
      if (unknown.length === 1) return comparedWithKnown(unknown[0], leastAbove(operands), surroundings);
      if (!fits(a, b)) operands.forEach((operand) => operand.close());
      if (width(a) + width(b) <= MERGED_COMPARISON) return gate([a, b], (logic) => logic.all, 1);
      charge(tableCounts(comparisonOf(Math.max(width(a), width(b))), lanes));
      return undefined;
    case 'equal': {
      const share = unknown.length === 2 && inline ? distinctPairs([a.view, b.view], live) / live.size : 1;
      if (!fits(...unknown)) unknown.forEach((operand) => operand.close());
      return gate(unknown, (logic) => logic.all, share);
    }
    case 'and':
    case 'or':
      if (unknown.length === 1) return wired(unknown[0], 1);
      return gate(unknown, (logic) => logic.bit, 1);
    case 'any': {
      const inputs = unmasked(a.view);
      return { bit: most(a, inputs), all: most(a, inputs), tables: averaged(inputs) };
    }
    case 'select':
      return gate([a, b, c], (logic) => logic.bit, Math.min(needed, varying));
    case 'one-hot':
      return oneHot(node, a, b, surroundings);
    case 'mux': {
      a.close();
      const bits = lanes * width(b);
      let inputs = Math.min(b.view.shape.at(-1)!, 2 ** width(a));
      for (let low = 0; low < width(a); low += 2) {
        const of = Math.min(4, 2 ** (width(a) - low));
        inputs = Math.ceil(inputs / of);
        charge({ [of === 4 ? 'tables6' : 'tables4']: bits * inputs });
      }
      return undefined;
    }
    case 'table': {
      if (op.style === 'block') return undefined;
      const { tables, wide } = tableColumns(op, width(a), isSigned(a.view.node.range), widthOf(node.range));
      if (wide > 0) {
        a.close();
        charge({ wideTableCells: lanes * wide, ...tableCounts(tables, lanes) });
        return undefined;
      }
      if (!fits(a)) a.close();
      const { all } = a.logic();
      const ratio = sizeOfInputs(all) / width(a);
      const own = tables.map(([inputs, count]) => [Math.ceil(inputs * ratio), count] as const);
      return { bit: all, all, tables: own };
    }
    case 'serialise': {
      // Many beats are chosen among in threes, each a table of its own (rtl-templates/verilog/pick-beat.ts).
      const bits = lanes * widthOf(node.range);
      const threes = Math.ceil(node.beats / 3);
      if (node.beats > FLAT_BEATS) charge(tableCounts([[6, threes], ...treeOf(threes)], bits));
      else charge(tableCounts(treeOf(2 * node.beats), bits));
      return undefined;
    }
    case 'either':
      operands.forEach((operand) => operand.close());
      charge(tableCounts([[3, 1]], lanes * widthOf(node.range)));
      return undefined;
    case 'running':
      operands.forEach((operand) => operand.close());
      charge({ accumulateBits: lanes * widthOf(node.range) });
      return undefined;
    case 'accumulate': {
      if (isSigned(a.view.node.range)) {
        charge({ signedAccumulateBits: lanes * widthOf(node.range) });
        return undefined;
      }
      const added = Math.min(width(a), widthOf(node.range));
      charge({
        accumulateBits: lanes * added,
        accumulateCarryBits: lanes * (widthOf(node.range) - added),
      });
      return undefined;
    }
  }
}
