/** Which operations synthesis sees together: those of one lane (rtl-templates/verilog keeps a module for each lane). */
import {
  elementIndices,
  isBlockTable,
  isWhole,
  type Node,
  type Schedule,
  sizeOf,
  type View,
} from '../../pipeline/circuit/index.ts';

export function isKnown({ node }: View): boolean {
  return node.op.kind === 'constant' && node.beats === 1;
}

/** What reads a value, within its lane and elsewhere. */
export interface Readers {
  /** Readers in the value's own lane, each as often as it reads. */
  readonly own: readonly Node[];
  /** Whether a register, another lane, another stage or an output reads it. */
  readonly elsewhere: boolean;
}

const NO_LANES = new Set(['input', 'constant', 'concat', 'serialise', 'collect', 'accumulate']);

/** Readers of every node. */
export function readersOf({ circuit, steps }: Schedule): Readers[] {
  const readers = circuit.nodes.map(() => ({ own: [] as Node[], elsewhere: false }));
  for (const node of circuit.nodes) {
    for (const view of node.operands) {
      const reader = readers[view.node.id];
      if (isOwnLane(node, view, steps)) reader.own.push(node);
      else reader.elsewhere = true;
    }
  }
  for (const { node } of circuit.outputs) readers[node.id].elsewhere = true;
  return readers;
}

/** Whether a lane of the reader takes just its own element, in the same step and without a register between. */
export function isOwnLane(node: Node, view: View, steps: readonly number[]): boolean {
  const { node: read } = view;
  return (
    read.stage === node.stage &&
    steps[read.id] === steps[node.id] &&
    !NO_LANES.has(read.op.kind) &&
    !NO_LANES.has(node.op.kind) &&
    !isBlockTable(read) &&
    !isBlockTable(node) &&
    (read.op.kind !== 'table' || read.op.rows[0].length === 1) &&
    isWhole(view) &&
    sizeOf(view.shape) === lanesOf(node)
  );
}

/**
 * Whether the lanes of a node are written out in the module of the stage, one by one: a single one, or where known values
 * differ from lane to lane. Else they are one module, which takes lists of known values at its ports.
 */
export function inlineLanes({ circuit, steps }: Schedule): boolean[] {
  const inline = circuit.nodes.map(
    (node) => lanesOf(node) === 1 || node.operands.some((view) => isKnown(view) && differs(view, node)),
  );
  // What stands in one lane with it is written out, too.
  const edges = circuit.nodes.flatMap((node) =>
    node.operands
      .filter((view) => isOwnLane(node, view, steps))
      .map((view) => [view.node.id, node.id] as const),
  );
  for (const [from, to] of edges) inline[to] ||= inline[from];
  for (const [from, to] of edges.reverse()) inline[from] ||= inline[to];
  return inline;
}

/** Whether the lanes of a node read different known values. */
function differs(view: View, node: Node): boolean {
  const { op } = view.node;
  if (op.kind !== 'constant') return false;
  const indices = elementIndices(view);
  const each = indices.length / lanesOf(node);
  return indices.some((index, at) => op.values[index] !== op.values[indices[at % each]]);
}

/** Lanes of a node; the columns of a table's row are one. */
export function lanesOf({ op, shape }: Node): number {
  return sizeOf(shape) / (op.kind === 'table' ? op.rows[0].length : 1);
}
