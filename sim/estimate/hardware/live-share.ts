/** How much of each node's array is used: synthesis drops what nothing reads. */
import { type Circuit, elementIndices, type Node, sizeOf } from '../../pipeline/circuit/index.ts';
import { isKnown } from './lane-edges.ts';
import { maskOf } from './bit-lists.ts';

/**
 * Elements of each node that a live node of its stage reads. Modules are synthesised one by one, so that what crosses to
 * another one, or is an output, stays as a whole: it is a port. What a known 0 masks in an `and` is not read.
 */
export function liveElements({ nodes, outputs }: Circuit): Set<number>[] {
  const live = nodes.map(() => new Set<number>());
  const note = (id: number, indices: Iterable<number>) => {
    for (const index of indices) live[id].add(index);
  };
  const whole = (node: Node) => Array.from({ length: sizeOf(node.shape) }, (_, index) => index);
  for (const view of outputs) note(view.node.id, whole(view.node));
  for (const node of [...nodes].reverse()) {
    const passes = node.op.kind === 'and' && node.operands.some(isKnown) ? maskOf(node) : undefined;
    for (const view of node.operands) {
      if (live[node.id].size === 0 && view.node.stage === node.stage) continue;
      if (view.node.stage !== node.stage) {
        note(view.node.id, whole(view.node));
        continue;
      }
      const read = Array.from(elementIndices(view));
      note(view.node.id, passes ? read.filter((_, lane) => passes(lane)) : read);
    }
  }
  return live;
}

/** Share of each node's elements that are live. */
export function liveShares(circuit: Circuit): number[] {
  return liveElements(circuit).map((live, id) => live.size / sizeOf(circuit.nodes[id].shape));
}
