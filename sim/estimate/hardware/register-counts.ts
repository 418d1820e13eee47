/** Registers and shift registers that a Schedule implies, counted bit by bit. */
import {
  copyAt,
  elementIndices,
  type Holds,
  holdsOf,
  isGathered,
  type Node,
  readingOf,
  type Schedule,
  sizeOf,
  widthOf,
} from '../../pipeline/circuit/index.ts';
import { beatPatterns } from './beat-constants.ts';
import { liveShares } from './live-share.ts';

export interface RegisterCounts {
  readonly ff: number;
  /** Chains of three and more registers that nothing reads in between become shift registers in look-up tables. */
  readonly shiftRegisters: number;
}

/** Shortest chain that synthesis makes a shift register of, and the longest that fits one look-up table. */
const SHORTEST = 3;
const LONGEST = 32;

/** For each stage; the frame registers of the inputs are under -1. */
export function registerCounts(schedule: Schedule): Map<number, RegisterCounts> {
  const { circuit, steps, lastStep } = schedule;
  const holds = holdsOf(schedule);
  /** Elements of each copy of a node that somebody reads. */
  const read = circuit.nodes.map(() => new Map<number, Set<number>>());
  const shares = liveShares(circuit);
  const note = (node: Node, copy: number, indices: Iterable<number>) => {
    const elements = read[node.id].get(copy) ?? new Set<number>();
    for (const index of indices) elements.add(index);
    read[node.id].set(copy, elements);
  };
  for (const node of circuit.nodes) {
    for (const view of node.operands) {
      if (view.node.op.kind === 'constant') continue;
      if (shares[node.id] === 0 && view.node.stage === node.stage) continue;
      const copy = copyAt(holds[view.node.id], readingOf(node, view.node, steps[node.id]), circuit.interval);
      note(view.node, copy, elementIndices(view));
    }
  }
  for (const view of circuit.outputs) {
    const copy = copyAt(holds[view.node.id], { from: lastStep, to: lastStep }, circuit.interval);
    note(view.node, copy, elementIndices(view));
  }
  const counts = new Map<number, RegisterCounts>();
  const add = (stage: number, more: RegisterCounts) => {
    const before = counts.get(stage) ?? { ff: 0, shiftRegisters: 0 };
    counts.set(stage, {
      ff: before.ff + more.ff,
      shiftRegisters: before.shiftRegisters + more.shiftRegisters,
    });
  };
  circuit.nodes.forEach((node, id) => {
    const isFrame = node.op.kind === 'input';
    add(isFrame ? -1 : node.stage, copies(holds[id], read[id]));
    const own = sizeOf(node.shape) * widthOf(node.range);
    if (isFrame || node.op.kind === 'running' || isGathered(node.op))
      add(isFrame ? -1 : node.stage, { ff: own, shiftRegisters: 0 });
  });
  for (const [stage, patterns] of beatPatterns(schedule))
    add(stage, { ff: patterns.length, shiftRegisters: 0 });
  return counts;
}

/** A copy holds the elements that are read from it or from a later copy. */
function copies(
  { node, loads, held }: Holds,
  read: ReadonlyMap<number, ReadonlySet<number>>,
): RegisterCounts {
  const width = widthOf(node.range);
  let [ff, shiftRegisters] = [0, 0];
  if (held || node.op.kind === 'input') {
    const wanted = new Set<number>();
    for (let copy = loads.length - 1; copy >= 0; copy--) {
      for (const index of read.get(copy) ?? []) wanted.add(index);
      ff += wanted.size * width;
    }
    return { ff, shiftRegisters };
  }
  for (let index = 0; index < sizeOf(node.shape); index++) {
    let length = 0;
    let last = -1;
    loads.forEach((_, copy) => {
      if (read.get(copy)?.has(index)) last = copy;
    });
    for (let copy = 0; copy <= last; copy++) {
      length += 1;
      if (!read.get(copy)?.has(index)) continue;
      if (length >= SHORTEST) shiftRegisters += Math.ceil(length / LONGEST) * width;
      else ff += length * width;
      length = 0;
    }
  }
  return { ff, shiftRegisters };
}
