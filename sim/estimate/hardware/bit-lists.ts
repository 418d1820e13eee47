/** Logic of operations on lists of bits: whether any is set, and the value whose bit is set. */
import { elementIndices, type Node, type View, widthOf } from '../../pipeline/circuit/index.ts';
import { isKnown } from './lane-edges.ts';
import { type OpenLogic, TABLE_INPUTS, treeOf } from './open-logic.ts';
import { most, nameOf, type Operand, type Surroundings } from './operand.ts';

/** Inputs of an `any` in each lane: those of its bits that are not masked by a known 0. */
export function unmasked(bits: View): number[] {
  const inputs = bits.shape.at(-1)!;
  const passes = bits.node.op.kind === 'and' ? maskOf(bits.node) : () => true;
  const indices = Array.from(elementIndices(bits));
  return Array.from(
    { length: indices.length / inputs },
    (_, lane) => indices.slice(lane * inputs, (lane + 1) * inputs).filter((index) => passes(index)).length,
  );
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

/** Pairs of a bit and its value, or-ed; of known values only the bits that are set, and equal columns once. */
export function oneHot(
  node: Node,
  bits: Operand,
  values: Operand,
  { needed, lanes, charge }: Surroundings,
): OpenLogic | undefined {
  const choices = bits.view.shape.at(-1)!;
  const width = Math.min(needed, widthOf(node.range));
  if (!values.known) {
    if (2 * choices > TABLE_INPUTS) {
      charge({ oneHotTables: lanes * width * Math.ceil((2 * choices - 1) / (TABLE_INPUTS - 1)) });
      return undefined;
    }
    const bit = new Map([
      [`${nameOf(bits.view)}*`, choices],
      [`${nameOf(values.view)}`, choices],
    ]);
    const all = new Map([
      [`${nameOf(bits.view)}*`, choices],
      [`${nameOf(values.view)}*`, choices * width],
    ]);
    return { bit, all, tables: treeOf(2 * choices, width) };
  }
  const { op } = values.view.node;
  const indices = elementIndices(values.view);
  const sets = indices.length / choices;
  const ones: number[] = [];
  for (let set = 0; set < sets; set++) {
    const columns = new Set<string>();
    for (let bit = 0; bit < width; bit++) {
      let column = '';
      for (let k = 0; k < choices; k++) {
        const value = op.kind === 'constant' ? op.values[indices[set * choices + k]] : 0;
        column += Math.floor(value / 2 ** bit) & 1;
      }
      columns.add(column);
    }
    for (const column of columns) ones.push([...column].filter((one) => one === '1').length);
  }
  return {
    bit: most(bits, ones),
    all: most(bits, [choices]),
    tables: ones.flatMap((size) => treeOf(size, 1 / sets)),
  };
}
