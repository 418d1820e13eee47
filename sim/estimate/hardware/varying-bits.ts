/** How many bits of every value are not always the same, where known operands differ from lane to lane. */
import { elementIndices, type Node, type Schedule, widthOf } from '../../pipeline/circuit/index.ts';
import { isKnown, isOwnLane } from './lane-edges.ts';

/**
 * On the average of a node's lanes. A product with a known factor k varies in as many bits as the other factor and k
 * have together, without the zeros at the end of k, and in none for k = 0; shifting adds no bit that varies, and a
 * selection between a value and 0 varies where the value does.
 */
export function varyingBits({ circuit, steps }: Schedule): number[] {
  const varying = circuit.nodes.map(({ range }) => widthOf(range));
  for (const node of circuit.nodes) {
    const { op, operands } = node;
    const own = (index: number) =>
      isOwnLane(node, operands[index], steps)
        ? varying[operands[index].node.id]
        : widthOf(operands[index].node.range);
    let bits = varying[node.id];
    if (op.kind === 'shift-left' || op.kind === 'wrap') bits = own(0);
    if (op.kind === 'multiply') bits = productBits(node);
    if (op.kind === 'select')
      bits = Math.max(...[1, 2].map((index) => (isZero(node, index) ? 0 : own(index))));
    varying[node.id] = Math.min(varying[node.id], bits);
  }
  return varying;
}

function productBits({ operands, range }: Node): number {
  const factor = operands.findIndex(isKnown);
  if (factor < 0) return widthOf(range);
  const bits = widthOf(operands[1 - factor].node.range);
  const { op } = operands[factor].node;
  const lanes = Array.from(elementIndices(operands[factor]), (index) => {
    const value = Math.abs(op.kind === 'constant' ? op.values[index] : 0);
    if (value === 0) return 0;
    let zeros = 0;
    while (Math.floor(value / 2 ** zeros) % 2 === 0) zeros += 1;
    return bits + Math.ceil(Math.log2(value + 1)) - zeros - (value === 2 ** zeros ? 1 : 0);
  });
  return lanes.reduce((sum, lane) => sum + lane, 0) / lanes.length;
}

function isZero({ operands }: Node, index: number): boolean {
  const { op } = operands[index].node;
  return isKnown(operands[index]) && op.kind === 'constant' && op.values.every((value) => value === 0);
}
