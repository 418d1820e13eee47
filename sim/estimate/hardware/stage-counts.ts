/** Counts of structure of every stage of a scheduled Circuit. */
import { type Node, type Schedule, usesMultiplierBlock, widthOf } from '../../pipeline/circuit/index.ts';
import { inlineLanes, isKnown, isOwnLane, lanesOf, readersOf } from './lane-edges.ts';
import { beatPatterns } from './beat-constants.ts';
import { liveElements } from './live-share.ts';
import { neededBits } from './needed-bits.ts';
import { KNOWN, nets, type OpenLogic, sizeOfInputs, TABLE_INPUTS, times, treeOf } from './open-logic.ts';
import { type CountName, COUNTS, type OperationCounts, tableCounts } from './counts.ts';
import { isReduced, nameOf, type Operand } from './operand.ts';
import { operationLogic } from './operation-logic.ts';
import { varyingBits } from './varying-bits.ts';

/** By index of the stage; a value without readers in other lanes is part of the logic of its only reader. */
export function stageCounts(schedule: Schedule): OperationCounts[] {
  const { circuit, steps, table } = schedule;
  const readers = readersOf(schedule);
  const needed = neededBits(schedule, readers);
  const live = liveElements(circuit);
  const varying = varyingBits(schedule);
  const sums = circuit.stages.map((): Partial<Record<CountName, number>> => ({}));
  const open = new Map<Node, OpenLogic>();
  const products = new Set<Node>();
  const inline = inlineLanes(schedule);
  const lanes = (node: Node) =>
    (live[node.id].size * lanesOf(node)) / node.shape.reduce((n, size) => n * size, 1);
  const charge = (stage: number) => (counts: OperationCounts) => {
    for (const name of COUNTS) {
      const more = counts[name] ?? 0;
      if (more > 0) sums[stage][name] = (sums[stage][name] ?? 0) + more;
    }
  };
  const close = (node: Node) => {
    const logic = open.get(node);
    if (!logic || logic.tables.length === 0) return;
    charge(node.stage)(tableCounts(logic.tables, lanes(node)));
    open.delete(node);
  };
  for (const node of circuit.nodes) {
    if (node.op.kind === 'constant' || live[node.id].size === 0 || needed[node.id] === 0) continue;
    if (node.range.lo === node.range.hi) {
      open.set(node, KNOWN);
      continue;
    }
    if (usesMultiplierBlock(node, table)) {
      node.operands.forEach((view) => close(view.node));
      continue;
    }
    const operands = node.operands.map((view, index): Operand => {
      const own = isOwnLane(node, view, steps);
      const known = isKnown(view) && (inline[node.id] || !isReduced(node, index));
      const logic = () => {
        if (known) return KNOWN;
        const made = own ? open.get(view.node) : undefined;
        // Of the lanes that read, fewer may be made.
        if (made) return times(made, lanes(view.node) / lanes(node));
        return nets(nameOf(view), widthOf(view.node.range));
      };
      return {
        view,
        known,
        own,
        isProduct: own && products.has(view.node),
        logic,
        close: () => {
          if (own) close(view.node);
          return logic();
        },
      };
    });
    const logic = operationLogic(node, operands, {
      needed: needed[node.id],
      varying: varying[node.id],
      inline: inline[node.id],
      live: live[node.id],
      lanes: lanes(node),
      charge: charge(node.stage),
    });
    const { own, elsewhere } = readers[node.id];
    const alone = !elsewhere && own.length === 1;
    const isSum = node.op.kind === 'multiply' || operands.some(({ isProduct }) => isProduct);
    if (alone && isSum && (node.op.kind === 'multiply' || node.op.kind === 'add')) products.add(node);
    if (logic) {
      open.set(node, logic);
      if (!alone || sizeOfInputs(logic.bit) > TABLE_INPUTS) close(node);
    }
  }
  for (const [stage, patterns] of beatPatterns(schedule)) {
    for (const pattern of patterns) {
      charge(stage)(tableCounts(treeOf([...pattern].filter((bit) => bit === '1').length), 1));
    }
  }
  return sums;
}
