/** How many low bits of every value anything depends on. */
import { type Node, type Schedule, type View, widthOf } from '../../pipeline/circuit/index.ts';
import { isOwnLane, type Readers } from './lane-edges.ts';

/**
 * Low bits of each node that some reader needs; all of them at the border of a lane, because its module keeps its ports.
 *
 * The low n bits of sums, differences, products and selections depend on the low n bits of what they read; a shift needs
 * fewer, a truncation and the high part of a join more.
 */
export function neededBits({ circuit, steps }: Schedule, readers: readonly Readers[]): number[] {
  const needed = circuit.nodes.map(({ range }, id) => (readers[id].elsewhere ? widthOf(range) : 0));
  for (const node of [...circuit.nodes].reverse()) {
    node.operands.forEach((view, index) => {
      if (!isOwnLane(node, view, steps)) return;
      const { id, range } = view.node;
      needed[id] = Math.max(
        needed[id],
        Math.min(widthOf(range), bitsRead(node, view, index, needed[node.id])),
      );
    });
  }
  return needed;
}

function bitsRead({ op }: Node, view: View, index: number, needed: number): number {
  const all = widthOf(view.node.range);
  switch (op.kind) {
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'wrap':
    case 'not':
      return needed;
    case 'select':
      return index === 0 ? all : needed;
    case 'shift-left':
      return Math.max(0, needed - op.bits);
    case 'join':
      return index === 0 ? Math.max(0, needed - op.bits) : Math.min(needed, op.bits);
    case 'round':
      return op.rounding === 'TRN' ? needed + op.bits : all;
    default:
      return all;
  }
}
