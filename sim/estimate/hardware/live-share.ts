/** How much of each node's array is used: synthesis drops what nothing reads. */
import { type Circuit, elementIndices, sizeOf } from '../../pipeline/circuit/index.ts';

/**
 * Share of each node's elements that an output, a live node of its stage or any node of another stage reads. Modules
 * are synthesised one by one, so that what crosses to another one stays.
 */
export function liveShares({ nodes, outputs }: Circuit): number[] {
  const live = nodes.map(() => new Set<number>());
  const note = (id: number, indices: Iterable<number>) => {
    for (const index of indices) live[id].add(index);
  };
  for (const view of outputs) note(view.node.id, elementIndices(view));
  for (const node of [...nodes].reverse()) {
    for (const view of node.operands) {
      if (live[node.id].size > 0 || view.node.stage !== node.stage) note(view.node.id, elementIndices(view));
    }
  }
  return nodes.map((node) => live[node.id].size / sizeOf(node.shape));
}
