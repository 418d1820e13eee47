/** Lane groups: operations of one stage, step and shape that become one small module, instantiated once a lane. */
import {
  isWhole,
  type Node,
  type Operation,
  type Schedule,
  sizeOf,
  usesMultiplierBlock,
  type View,
} from '../../sim/pipeline/circuit/index.ts';

export interface LaneGroup {
  readonly stage: number;
  readonly step: number;
  /** Lanes; a table row adds its elements to the result, not lanes. */
  readonly shape: readonly number[];
  readonly nodes: Node[];
  /** Whether its products are made by multiplier blocks; lanes do not mix both kinds. */
  multiplierBlocks?: boolean;
}

const NO_LANES = new Set<Operation['kind']>([
  'input',
  'constant',
  'concat',
  'serialise',
  'collect',
  'accumulate',
  'running',
  'either',
]);

/** Whether an operation is done lane by lane, and with no clock. */
export function hasLanes({ op }: Node): boolean {
  return !NO_LANES.has(op.kind);
}

/** Shape of the lanes of a node. */
export function laneShape(node: Node): readonly number[] {
  return node.op.kind === 'table' && node.op.rows[0].length > 1 ? node.shape.slice(0, -1) : node.shape;
}

/**
 * Groups in an order in which each reads only what earlier ones and registers give. A node joins the group of an
 * operand that it reads lane for lane, if nothing else it reads comes later than that group.
 */
export function laneGroups({ circuit, steps, table }: Schedule): Map<Node, LaneGroup> {
  const groups: LaneGroup[] = [];
  const groupOf = new Map<Node, LaneGroup>();
  const position = new Map<LaneGroup, number>();
  /** For any node the latest group that its value depends on within its step. */
  const depends = new Map<Node, number>();
  for (const node of circuit.nodes) {
    const step = steps[node.id];
    const sameStep = node.operands.filter(
      (view) => steps[view.node.id] === step && view.node.op.kind !== 'constant',
    );
    const latest = Math.max(-1, ...sameStep.map((view) => depends.get(view.node) ?? -1));
    if (!hasLanes(node)) {
      depends.set(node, latest);
      continue;
    }
    const shape = laneShape(node);
    const candidates = sameStep
      .filter((view) => joins(view, shape))
      .map((view) => groupOf.get(view.node))
      .filter((group) => group !== undefined);
    const found = candidates.find(
      (group) =>
        group.stage === node.stage &&
        !isBlock(node) &&
        (node.op.kind !== 'multiply' ||
          (group.multiplierBlocks ?? usesMultiplierBlock(node, table)) ===
            usesMultiplierBlock(node, table)) &&
        sameStep.every(
          (view) =>
            (groupOf.get(view.node) === group && joins(view, shape)) ||
            (depends.get(view.node) ?? -1) < position.get(group)!,
        ),
    );
    const group: LaneGroup = found ?? { stage: node.stage, step, shape, nodes: [] };
    if (!found) {
      position.set(group, groups.length);
      groups.push(group);
    }
    group.nodes.push(node);
    if (node.op.kind === 'multiply') group.multiplierBlocks = usesMultiplierBlock(node, table);
    groupOf.set(node, group);
    depends.set(node, position.get(group)!);
  }
  return groupOf;
}

/** Whether a lane of `shape` reads just its own element of the operand. */
function joins(view: View, shape: readonly number[]): boolean {
  const { node } = view;
  return (
    hasLanes(node) &&
    !isBlock(node) &&
    laneShape(node) === node.shape &&
    node.shape.length === shape.length &&
    sizeOf(node.shape) === sizeOf(shape) &&
    view.shape.length === shape.length &&
    node.shape.every((size, axis) => size === shape[axis]) &&
    isWhole(view)
  );
}

function isBlock({ op }: Node): boolean {
  return op.kind === 'table' && op.style === 'block';
}
