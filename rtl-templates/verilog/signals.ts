/** Names of the wires and registers that a Schedule implies, and who reads which of them. */
import {
  type Circuit,
  copyAt,
  type Holds,
  holdsOf,
  isSigned,
  type Node,
  readingOf,
  type Schedule,
  sizeOf,
  vectorName,
  type View,
  widthOf,
} from '../../sim/pipeline/circuit/index.ts';

/** A packed vector that holds a node's array, or a copy of it in a later step. */
export interface Signal {
  readonly node: Node;
  /** -1 for the value itself, else which copy. */
  readonly copy: number;
  readonly name: string;
}

export interface Signals {
  readonly schedule: Schedule;
  readonly holds: readonly Holds[];
  /** The signal through which `reader` sees an operand. */
  seenBy(reader: Node, operand: Node): Signal;
  /** The signal of an output in the last step. */
  output(view: View): Signal;
  signal(node: Node, copy: number): Signal;
  /** For each stage the signals of other stages that it reads; `outputs` those that the top reads. */
  readonly imports: readonly (readonly Signal[])[];
  readonly exports: readonly (readonly Signal[])[];
}

export function elementWidth(node: Node): number {
  return widthOf(node.range);
}

export function vectorWidth(node: Node): number {
  return sizeOf(node.shape) * elementWidth(node);
}

export function isSignedNode(node: Node): boolean {
  return isSigned(node.range);
}

export function signalsOf(schedule: Schedule): Signals {
  const { circuit, steps, lastStep } = schedule;
  const holds = holdsOf(schedule);
  const signal = (node: Node, copy: number): Signal => ({
    node,
    copy,
    name: vectorName(holds[node.id], copy),
  });
  const seenBy = (reader: Node, operand: Node) =>
    signal(
      operand,
      copyAt(holds[operand.id], readingOf(reader, operand, steps[reader.id]), circuit.interval),
    );
  const output = ({ node }: View) =>
    signal(node, copyAt(holds[node.id], { from: lastStep, to: lastStep }, circuit.interval));

  const { imports, exports } = ports(circuit, seenBy, output);
  return { schedule, holds, seenBy, output, signal, imports, exports };
}

function ports(
  circuit: Circuit,
  seenBy: (reader: Node, operand: Node) => Signal,
  output: (view: View) => Signal,
) {
  const imports = circuit.stages.map(() => new Map<string, Signal>());
  const exports = circuit.stages.map(() => new Map<string, Signal>());
  const cross = (signal: Signal, reader: number) => {
    if (signal.node.op.kind === 'constant' || signal.node.stage === reader) return;
    imports[reader]?.set(signal.name, signal);
    exports[signal.node.stage]?.set(signal.name, signal);
  };
  for (const node of circuit.nodes) {
    for (const { node: operand } of node.operands) cross(seenBy(node, operand), node.stage);
  }
  for (const view of circuit.outputs) cross(output(view), -2);
  const lists = (maps: readonly Map<string, Signal>[]) => maps.map((map) => [...map.values()]);
  return { imports: lists(imports), exports: lists(exports) };
}
