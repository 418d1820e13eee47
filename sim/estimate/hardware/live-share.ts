/** How much of each node's array is used: synthesis drops what nothing reads. */
import { type Circuit, elementIndices, sizeOf } from '../../pipeline/circuit/index.ts';
import { isKnown, maskOf } from './operation-counts.ts';

/**
 * Elements of each node that an output, a live node of its stage or any node of another stage reads. Modules are
 * synthesised one by one, so that what crosses to another one stays. What a known 0 masks in an `and` is not read.
 */
export function liveElements({ nodes, outputs }: Circuit): Set<number>[] {
  const live = nodes.map(() => new Set<number>());
  const note = (id: number, indices: Iterable<number>) => {
    for (const index of indices) live[id].add(index);
  };
  for (const view of outputs) note(view.node.id, elementIndices(view));
  for (const node of [...nodes].reverse()) {
    const passes = node.op.kind === 'and' && node.operands.some(isKnown) ? maskOf(node) : undefined;
    for (const view of node.operands) {
      if (live[node.id].size === 0 && view.node.stage === node.stage) continue;
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
